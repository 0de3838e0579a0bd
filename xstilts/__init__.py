"""What holds in every process of this project, set before any library is loaded."""

from xstilts import arithmetic, environment

environment.telemetry_off()
arithmetic.choose("avx2")  # a stage script follows `params.yaml`
