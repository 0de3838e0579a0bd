"""What holds in every process of this project, set before any library is loaded."""

from xstilts import environment

environment.telemetry_off()
