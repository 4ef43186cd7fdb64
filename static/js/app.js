/* Starts every module on the page. Each looks for its own data attribute and does nothing without it. */

import "./autosave.js";
import "./combobox.js";
import "./confirm.js";
import "./copy.js";
import "./details.js";
import "./elapsed.js";
import "./enter-moves-on.js";
import "./filters.js";
import "./focus.js";
import "./once.js";
import "./print.js";
import "./read-aloud.js";
import "./shortcuts.js";
import "./switches.js";
import "./toasts.js";
