"""What holds in every process of this project, set before any library is loaded."""

from xstilts import interrupt

interrupt.begin()

from xstilts import arithmetic, environment  # noqa: E402  after Ctrl-C has been seen to

environment.telemetry_off()
arithmetic.choose("avx2")  # a stage script follows `params.yaml`
