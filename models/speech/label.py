"""What the self-test model is, said to whoever meets it."""

SELFTEST_LABEL = "Self-test model: understands the built-in synthetic voice, not people"
SELFTEST_LABEL_ZH = "自检模型：只听得懂内置合成语音，听不懂真人说话"

SELFTEST_README = f"""\
{SELFTEST_LABEL}.
{SELFTEST_LABEL_ZH}。

It was trained on nothing but espeak-ng's Mandarin voice. It lets tests, the demo and the doctor run the real
Vosk engine without a download. To understand citizens, install an official Vosk model instead.
"""
