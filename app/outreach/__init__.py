"""Field agents: portfolios, visits, campaigns, targets."""
