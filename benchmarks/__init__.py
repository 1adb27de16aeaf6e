"""Measures what inspecting costs, as whole processes, beside the floor and beside Prowler. See docs/benchmarks.md."""
