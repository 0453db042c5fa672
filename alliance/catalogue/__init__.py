"""What centres have to share: kinds, resources, units, occupancy, availability."""
