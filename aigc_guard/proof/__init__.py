"""What anybody can check without us: pure functions over bytes, no store and no configuration."""
