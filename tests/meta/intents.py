"""The intents of the design (DESIGN, section 4), which data and judge sets must cover."""

INTENTS = (
    "greet",
    "goodbye",
    "thank",
    "affirm",
    "deny",
    "ask_help",
    "bot_challenge",
    "change_language",
    "browse_services",
    "ask_service",
    "find_office",
    "track_ticket",
    "ask_budget",
    "give_feedback",
    "talk_to_officer",
    "stop_messages",
    "forget_me",
    "inform",
    "out_of_scope",
)
