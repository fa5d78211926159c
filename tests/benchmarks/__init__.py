"""Benchmarks over the running stack: `./hub bench import|search|send`. They measure and judge nothing."""
