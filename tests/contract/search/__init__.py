"""Every kind of model against the sentences of its interface."""
