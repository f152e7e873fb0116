"""Installing: sources, policy, plan, backends, targets, overlays."""
