"""A small pack with real content, written to a folder: four matters that are easy to tell apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

SUBJECTS = {
    "gov.passport.apply": ("护照", "出国", "a passport", "travelling abroad"),
    "gov.marriage.register": ("结婚证", "领证结婚", "a marriage certificate", "getting married"),
    "gov.tax.invoice": ("发票", "代开发票", "an invoice", "invoicing a customer"),
    "gov.health_certificate": ("健康证", "体检", "a health certificate", "the medical check"),
}
ZH = (
    "我想办{0}",
    "{0}怎么办理",
    "办{0}要带什么材料",
    "{0}多少钱",
    "{0}在几号窗口",
    "请问{0}要多久能拿到",
    "我要{1}该找谁",
    "{1}的手续怎么弄",
    "{0}丢了能补吗",
    "老人家想问问{0}的事",
    "关于{1}我有个问题",
    "帮我看看{0}",
    "没有{0}行不行",
)
EN = (
    "I need {2}",
    "how do I get {2}",
    "what documents do I need for {2}",
    "how much is {2}",
    "which window for {2}",
    "a question about {3}",
    "help me with {3}",
)
OUTSIDE_ZH = (
    "今天天气怎么样",
    "给我讲个笑话",
    "我想考公务员",
    "红烧肉怎么做",
    "附近有什么好吃的",
    "放一首歌听听",
    "明天会下雨吗",
    "帮我订一张机票",
    "股票涨了没有",
    "你觉得哪部电影好看",
)
OUTSIDE_EN = (
    "what is the capital of France",
    "tell me a joke",
    "will it rain tomorrow",
    "play some music",
    "who won the match",
    "book me a flight to London",
)


def _both(zh: Any, en: Any) -> dict[str, Any]:
    return {"zh": zh, "en": en}


def matter(id_: str) -> dict[str, Any]:
    """One matter's file, as data."""
    subject = SUBJECTS[id_]
    return {
        "id": id_,
        "title": _both(subject[0], subject[2]),
        "examples": _both([line.format(*subject) for line in ZH], [line.format(*subject) for line in EN]),
        "answer": _both(f"{subject[0]}在三号窗口办。", f"You get {subject[2]} at window 3."),
        "facets": {
            "materials": _both(["身份证", "照片"], ["ID card", "Photograph"]),
            "steps": _both(["取号", "交材料"], ["Take a number", "Hand in the documents"]),
            "fee": _both("免费", "Free of charge"),
            "time_limit": _both("当天", "The same day"),
            "window": _both("一楼三号窗口", "Window 3, ground floor"),
        },
        "valid": {"from": "2026-01-01"},
        "source": "办事指南",
    }


def pack() -> dict[str, Any]:
    """pack.yaml, as data."""
    return {
        "id": "tiny",
        "version": "2026.11.1",
        "languages": ["zh", "en"],
        "venue": "gov",
        "title": _both("小厅", "Small hall"),
        "gates": {"accuracy": 0.5, "wrong": 0.5},
        "topics": [
            {"id": "papers", "glyph": "证", "title": _both("证件", "Papers"), "matters": list(SUBJECTS)[:2]},
        ],
        "frequent": [next(iter(SUBJECTS))],
    }


def smalltalk() -> dict[str, Any]:
    """smalltalk.yaml, as data."""
    return {
        "entries": [
            {
                "id": "smalltalk.thanks",
                "act": "smalltalk",
                "examples": _both(["谢谢", "谢谢你", "多谢"], ["thank you", "thanks"]),
                "reply": _both("不客气。", "You are welcome."),
            },
            {
                "id": "command.louder",
                "act": "command",
                "examples": _both(["大声一点", "听不清"], ["louder please", "speak up"]),
            },
        ],
        "outside": _both(list(OUTSIDE_ZH), list(OUTSIDE_EN)),
    }


def write(path: Path, data: Any) -> None:
    """Write data as YAML."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")


def write_pack(parent: Path) -> Path:
    """Write the whole pack into `parent`/tiny; returns that folder."""
    folder = parent / "tiny"
    write(folder / "pack.yaml", pack())
    for id_ in SUBJECTS:
        write(folder / "matters" / f"{id_}.yaml", matter(id_))
    write(folder / "smalltalk.yaml", smalltalk())
    write(
        folder / "hall.yaml",
        {"windows": [{"id": "3", "floor": 1, "name": _both("综合窗口", "General desk")}]},
    )
    write(
        folder / "lexicon.yaml",
        {"terms": [{"term": "健康证", "synonyms": ["健康证明"], "reading": "jian4 kang1 zheng4"}]},
    )
    return folder
