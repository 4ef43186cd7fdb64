"""Who may do what here, and why not. Each rule says the sentence that is shown."""
