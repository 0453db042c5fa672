"""What is kept for good: assets, their record, their file, their rights."""
