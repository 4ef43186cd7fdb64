"""Devices of the hall: enrolled without a login, kept by the administrator; read as `permissions` says."""

DEVICES = """
# address                                        anon clrk guid lias head lia2 lead mana supe admi stra idle

# devices
/device/enrol/                             GET   200
/device/enrol/                             POST  302
/device/self/                              GET   404
/kiosk/<hall>/<token>/paper/               GET   200
/kiosk/<hall>/<token>/print/               POST  403
/tickets/<ticket>/print/                   POST  in   302  302  302  403  302  403  302  403  403  404  404
/devices/                                  GET   in   403  403  403  403  403  403  403  403  200  403  403
/devices/new/                              GET   in   403  403  403  403  403  403  403  403  200  403  403
/devices/new/                              POST  in   403  403  403  403  403  403  403  403  302  403  403
/devices/bind/                             POST  in   403  403  403  403  403  403  403  403  302  403  403
/devices/<device_id>/change/               GET   in   404  404  404  404  404  404  404  404  200  404  404
/devices/<device_id>/change/               POST  in   404  404  404  404  404  404  404  404  302  404  404
/devices/<device_id>/code/                 POST  in   404  404  404  404  404  404  404  404  200  404  404
/devices/<device_id>/revoke/               GET   in   404  404  404  404  404  404  404  404  200  404  404
/devices/<device_id>/revoke/               POST  in   404  404  404  404  404  404  404  404  302  404  404
/devices/<device_id>/pass/                 POST  in   200  403  200  403  200  403  200  403  403  404  404
"""
