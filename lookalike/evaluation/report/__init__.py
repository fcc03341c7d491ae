"""The accuracy report, in Markdown and HTML."""
