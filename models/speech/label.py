"""What the embedded recogniser is, said to whoever meets it."""

EMBEDDED_LABEL = "Embedded model: understands people who ask what the hall knows; a closed vocabulary"
EMBEDDED_LABEL_ZH = "内置模型：听得懂市民问本大厅的业务，词汇有限"

EMBEDDED_README = f"""\
{EMBEDDED_LABEL}.
{EMBEDDED_LABEL_ZH}。

It was trained on synthetic speech and on recordings of people that the file LICENSE names; its weights are under
CC BY-SA. What lies outside the questions that its grammar was made from, it does not understand. An official Vosk
model knows more.
"""
