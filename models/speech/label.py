"""What the models of this repository are, said to whoever meets them."""

SELFTEST_LABEL = "Self-test model: understands the built-in synthetic voice, not people"
SELFTEST_LABEL_ZH = "自检模型：只听得懂内置合成语音，听不懂真人说话"

SELFTEST_README = f"""\
{SELFTEST_LABEL}.
{SELFTEST_LABEL_ZH}。

It was trained on nothing but espeak-ng's Mandarin voice. It lets tests, the demo and the doctor run the real
Vosk engine without a download. To understand citizens, install an official Vosk model instead.
"""

PEOPLE_LABEL = "Embedded model: understands people who ask what the hall knows; a closed vocabulary"
PEOPLE_LABEL_ZH = "内置模型：听得懂市民问本大厅的业务，词汇有限"

PEOPLE_README = f"""\
{PEOPLE_LABEL}.
{PEOPLE_LABEL_ZH}。

It was trained on synthetic speech and on recordings of people that the file LICENSE names; its weights are under
CC BY-SA. What lies outside the questions that its grammar was made from, it does not understand. An official Vosk
model knows more.
"""
