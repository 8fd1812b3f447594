"""The marketplace's web application: core, pages, configuration, commands."""
