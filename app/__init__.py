"""The exchange: how configuration, core, packages and gateways come together."""
