"""The accuracy report: tables and plots, as Markdown and HTML."""
