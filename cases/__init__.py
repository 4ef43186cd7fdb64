"""The case file: what a petitioner brought, who must answer it, by when, under which article.

Nouns: Petitioner, Case, Claim, Respondent, Material, Referral, Deadline, Hold, ContentCategory, StatutoryRoute.
Verbs: register, triage (accept, forward, decline, guide), receive, withdraw, take due steps, explain.
Neighbours: stands on `staffing` and `hall`; `intake`, `consultations` and `hearings` stand on it.
"""
