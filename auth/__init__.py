"""Who people are: users, departments, organizations, roles, sign-in."""
