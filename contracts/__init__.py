"""The work and its payment: milestones, deliveries, acceptance, payments, amendments."""
