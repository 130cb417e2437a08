"""Views of every screen in both languages, short and long, as the session would make them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kiosk_app.opening import OpeningState
from kiosk_app.plan import Stand, Wayfinder
from kiosk_app.reply import Card, Choice, Language
from kiosk_app.taking import words_of
from kiosk_app.ticket_view import CallView, TicketView
from kiosk_app.view import MOST_FOUND, QuickTopic, SearchView, TopicTile, ViewData
from tests.kiosk_app.ui.homes import knowledge, site, wayfinder

_ZH_TOPICS = (
    TopicTile("identity", "证", "身份户籍", "证件与落户"),
    TopicTile("social", "保", "社保医保", "参保与报销"),
    TopicTile("housing", "房", "住房公积金", "提取与贷款"),
    TopicTile("border", "境", "出入境", "护照与通行证"),
    TopicTile("vehicle", "车", "车辆驾驶", "换证与年检"),
    TopicTile("business", "企", "开办企业", "执照与变更"),
)
_EN_TOPICS = (
    TopicTile("identity", "证", "Identity and household", "Cards and registers"),
    TopicTile("social", "保", "Social and medical insurance", "Joining and claims"),
    TopicTile("housing", "房", "Housing fund", "Withdrawals and loans"),
    TopicTile("border", "境", "Passports and permits", "Leaving and entering"),
    TopicTile("vehicle", "车", "Vehicles and driving", "Licences and inspection"),
    TopicTile("business", "企", "Starting a business", "Licences and changes"),
)
_ZH_FREQUENT = (
    QuickTopic("a", "居住证办理"),
    QuickTopic("b", "身份证丢了"),
    QuickTopic("c", "公积金租房"),
)
_EN_FREQUENT = (
    QuickTopic("a", "Residence permit"),
    QuickTopic("b", "Lost identity card"),
    QuickTopic("c", "Housing fund for rent"),
)
_ZH_CARDS = (
    Card(
        "checklist",
        "materials",
        "要带什么",
        ("户口簿，或居住证", "本人到场（采集指纹、照相）", "未满 16 岁：监护人身份证"),
        True,
    ),
    Card(
        "steps",
        "steps",
        "怎么办",
        ("取号，到一楼 3 号窗口", "采集指纹和相片，核对信息", "缴费，领回执；急用可办临时身份证"),
    ),
    Card("fact", "fee", "费用", ("40 元",)),
    Card("fact", "time_limit", "多久", ("20 个工作日",)),
    Card("fact", "window", "窗口", ("一楼 3 号",)),
)
_EN_CARDS = (
    Card(
        "checklist",
        "materials",
        "What to bring",
        (
            "Household register or residence permit",
            "Come in person (fingerprints and photo)",
            "Under 16: a guardian's identity card",
        ),
        True,
    ),
    Card(
        "steps",
        "steps",
        "How it goes",
        (
            "Go to window 3 on the ground floor",
            "Fingerprints and photo are taken",
            "Pay, and take the receipt",
        ),
    ),
    Card("fact", "fee", "Fee", ("40 yuan",)),
    Card("fact", "time_limit", "How long", ("20 working days",)),
    Card("fact", "window", "Window", ("Window 3, ground floor",)),
)
_LONG_ZH = (
    "先说明一下，居住证的办理要看您在本地住了多久、有没有合法稳定的工作、住所或者在读学校，"
    "三样里面有一样就可以申请；如果住满半年，请带上本人身份证原件、近期照片、租房合同或者房产证明，"
    "到一楼 3 号窗口递交，工作人员当场核对材料，材料齐全的当场受理并给您回执，十五个工作日以内制证；"
    "如果材料不齐，会一次告诉您还缺什么，您可以改天再来，也可以在网上补交；领证的时候请带好回执和身份证，"
    "别人代领还要带两个人的身份证和委托书；证件到期之前一个月来办理签注，不收费；丢了或者损坏了，可以随时补领，"
    "补领收取工本费二十元，请您留意手机短信通知，有任何疑问随时问工作人员，我们很乐意帮助您把事情办好。"
)
_LONG_EN = (
    "Whether you can apply for a residence permit depends on how long you have lived here and whether you have a "
    "lawful and stable job, home or school; one of the three is enough. Please bring your identity card, a recent "
    "photograph and your tenancy agreement to window 3 on the ground floor, where everything is checked at once."
)


def attract(lang: Language = "zh", *packs: str) -> ViewData:
    """The home screen of ``packs`` (the government's) with somebody near."""
    home = site(*(packs or ("gov",))).home[lang]
    return ViewData(
        screen="attract",
        lang=lang,
        site_name=home.site_name,
        greeting=True,
        topics=home.topics,
        frequent=home.frequent,
        departments=home.departments,
        opening=OpeningState("open", 17 * 60),
        volume=0.8,
    )


def homes(lang: Language = "zh") -> dict[str, ViewData]:
    """The home screen and its list of topics, of every shipped pack, of all together, and of a small site."""
    zh = lang == "zh"
    small = replace(
        attract(lang),
        topics=_ZH_TOPICS if zh else _EN_TOPICS,
        frequent=_ZH_FREQUENT if zh else _EN_FREQUENT,
    )
    found = {
        "home_gov": attract(lang),
        "home_bank": attract(lang, "bank"),
        "home_all": attract(lang, "bank", "gov"),
        "home_small": replace(small, departments=()),
        "home_bare": replace(small, topics=(), frequent=()),
    }
    return (
        found
        | {
            name.replace("home", "topics"): replace(view, screen="topics")
            for name, view in found.items()
            if view.topics
        }
        | {
            name.replace("home", "departments"): replace(view, screen="topics", by_department=True)
            for name, view in found.items()
            if name in ("home_gov", "home_bank")
        }
    )


def search(lang: Language = "zh", letters: str = "") -> ViewData:
    """The search screen of the government's pack with these letters typed."""
    home = attract(lang)
    content = site("gov").home[lang]
    assert content.search is not None
    found = tuple(QuickTopic(one.matter, one.title) for one in content.search.index.find(letters, MOST_FOUND))
    shown = SearchView(letters, found if letters else home.frequent, content.search.example)
    return replace(home, screen="search", greeting=False, search=shown)


def searches(lang: Language = "zh") -> dict[str, ViewData]:
    """Searching: nothing typed yet, little, much, too much, and with nobody to hear."""
    sorry = replace(search(lang), not_understood=True)
    return {
        "search": search(lang),
        "search_some": search(lang, "sfz" if lang == "zh" else "card"),
        "search_one": search(lang, "jiazhaodiule" if lang == "zh" else "passport"),
        "search_none": search(lang, "qqxqqxqqxqqxqqxqqxqqxqqx"),
        "search_none_deaf": replace(search(lang, "qx"), can_speak=False),
        "search_sorry": sorry,
    }


def views(lang: Language = "zh") -> dict[str, ViewData]:
    """One view per screen and state, by name."""
    zh = lang == "zh"
    home = attract(lang)
    answer = replace(
        home,
        screen="answer",
        greeting=False,
        title="身份证补领" if zh else "Replace an identity card",
        speech="带上户口簿，到 3 号窗口，当场采集指纹和照片，工本费 40 元。"
        if zh
        else "Bring your household register to window 3. The fee is 40 yuan.",
        speaking=True,
        cards=_ZH_CARDS if zh else _EN_CARDS,
        note="各地规定略有不同，以窗口答复为准" if zh else "Rules differ a little from place to place",
    )
    answer = replace(
        answer,
        take_along=words_of(answer.title, answer.cards, lang),
        plan=wayfinder("gov").shows((("gov", "3"),), lang),
    )
    listening = replace(home, screen="listening", greeting=False)
    caption = "我身份证丢了，补办要带什么材" if zh else "I lost my identity card, what do I"
    handover = replace(home, screen="handover", greeting=False)
    staff = (
        "您好，请到二楼 12 号窗口，我在那里等您，请带上身份证原件。"
        if zh
        else "Please come to window 12 upstairs."
    )
    choices = (
        (
            Choice("p1", "居住证办理", "第一次申请"),
            Choice("p2", "居住证签注", "快到期，续一年"),
            Choice("p3", "居住证补领", "丢了、坏了"),
        )
        if zh
        else (
            Choice("p1", "Apply for a residence permit", "The first time"),
            Choice("p2", "Renew a residence permit", "One more year"),
            Choice("p3", "Replace a residence permit", "Lost or damaged"),
        )
    )
    slots = (
        (
            Choice("slot:expired", "到期换领"),
            Choice("slot:lost", "丢失补领"),
            Choice("slot:", "不清楚，都说说"),
        )
        if zh
        else (
            Choice("slot:expired", "It is expiring"),
            Choice("slot:lost", "It was lost"),
            Choice("slot:", "I am not sure"),
        )
    )
    question = "您是到期换证，还是丢了补证？" if zh else "Is it expiring, or was it lost?"
    person = (Choice("smalltalk.handoff", "请工作人员来" if zh else "Call a member of staff"),)
    offer = (Choice("hall.take_number", "取号排队" if zh else "Take a queue ticket"),)
    clarify = replace(home, screen="clarify", greeting=False, choices=choices)
    reason = "正在更新系统，预计半小时后恢复。" if zh else "The system is being updated for half an hour."
    return {
        "attract": home,
        "attract_idle": replace(home, greeting=False, microphone="fault", camera="on", can_speak=False),
        "listening": listening,
        "listening_caption": replace(listening, caption=caption),
        "thinking": replace(
            listening, caption=caption + ("料" if zh else " need"), caption_final=True, thinking=True
        ),
        "thinking_touched": replace(listening, caption="", thinking=True),
        "answer": answer,
        "answer_text": replace(
            answer,
            speaking=False,
            cards=(Card("text", "conditions", "办理条件" if zh else "Conditions", (reason,)),),
            plan=None,
        ),
        "clarify": clarify,
        "clarify_sorry": replace(
            clarify,
            not_understood=True,
            title="您要问的是不是居住证？" if zh else "Is it about permits?",
            speech=reason,
        ),
        "ask_slot": replace(
            home, screen="clarify", greeting=False, title=question, speech=question, choices=slots
        ),
        "person_offered": replace(
            home,
            screen="clarify",
            greeting=False,
            title="要请人来帮忙吗？" if zh else "Shall I call somebody?",
            speech="还是没听明白。要不要请工作人员来帮您？"
            if zh
            else "I still do not understand. Shall I call a member of staff?",
            choices=person,
        ),
        "answer_offer": replace(
            answer,
            speech=answer.speech
            + ("接下来要不要取号排队？" if zh else " Would you like this next: Take a queue ticket?"),
            choices=offer,
        ),
        "answer_ticket": replace(answer, ticket_offer=replace(site("gov").home[lang].queues[0], waiting=3)),
        "attract_sorry": replace(home, not_understood=True, opening=None),
        "attract_closed": replace(home, opening=OpeningState("closed", 540, 9, date(2026, 10, 8))),
        "answer_hours": replace(
            answer,
            cards=(Card("text", "hours", "办理时间" if zh else "Opening hours", (reason,)),),
            plan=None,
        ),
        "attract_slow": replace(home, rate=0.7, opening=OpeningState("after", 540, 2, date(2026, 11, 23))),
        "attract_fast": replace(home, rate=1.3),
        "topics": replace(home, screen="topics"),
        "departments": replace(home, screen="topics", by_department=True),
        "topics_sorry": replace(home, screen="topics", not_understood=True, can_speak=False),
        **searches(lang),
        "answer_sorry": replace(answer, not_understood=True, speaking=False),
        "handover": handover,
        "handover_failed": replace(handover, handover_failed=True),
        "handover_accepted": replace(handover, handover_accepted=True, staff_text=staff),
        "farewell": replace(home, screen="farewell", greeting=False),
        "farewell_rating": replace(home, screen="farewell", greeting=False, may_rate=True),
        "farewell_rated": replace(home, screen="farewell", greeting=False, rated=True),
        "out_of_service": replace(home, screen="out_of_service", greeting=False, microphone="off"),
        "starting": replace(home, screen="out_of_service", greeting=False, microphone="off", starting=True),
        **put_up(lang),
        "warning": replace(answer, speaking=False, warning_seconds=18),
        "covered": replace(answer, covered=True),
        "covered_warning": replace(answer, covered=True, warning_seconds=18),
        **tickets(lang),
    }


def put_up(lang: Language = "zh") -> dict[str, ViewData]:
    """What the centre has put up: a message, a reason for no service, and the kiosk's name for who looks for it."""
    zh = lang == "zh"
    home = replace(attract(lang), greeting=False)
    message = (
        "今天下午三点起系统升级，请提前办理或改日再来。"
        if zh
        else "The systems are updated from 3 pm. Please come earlier."
    )
    closed = replace(home, screen="out_of_service", microphone="off")
    return {
        "attract_message": replace(home, message=message),
        "attract_message_longest": replace(home, message=(message * 4)[: 40 if zh else 80]),
        "out_of_service_reason": replace(
            closed,
            closed_reason="设备检修中，预计明天上午恢复。"
            if zh
            else "It is being repaired until tomorrow morning.",
            closed_where="请到二楼 8 号窗口办理" if zh else "Please go to window 8 upstairs",
        ),
        "attract_identity": replace(home, identity="hall-1-east-entrance"),
    }


def tickets(lang: Language = "zh") -> dict[str, ViewData]:
    """Numbers and calls: offered, chosen, given with a code and on paper, called, and not to be had."""
    home = attract(lang)
    offered = tuple(
        replace(queue, waiting=count)
        for queue, count in zip(site("gov").home[lang].queues, (3, 0, 12, 1, 0, 27), strict=True)
    )
    home = replace(home, greeting=False, queues=offered)
    first = offered[0]
    number = TicketView(
        "given", "A012", first.name, first.windows, 3, "09:41", take_along="A012\n" + first.name
    )
    ticket = replace(home, screen="ticket", ticket=number, speaking=True)
    calls = (CallView("A012", "5"), CallView("C104", "10"), CallView("B007", "6"))
    return {
        "tickets_home": home,
        "tickets_called": replace(home, calls=calls),
        "tickets_queues": replace(home, screen="queues"),
        "tickets_given": ticket,
        "tickets_no_paper": replace(ticket, ticket=replace(number, printing="no_paper", ahead=None)),
        "tickets_turn": replace(
            ticket, ticket=replace(number, printing="done", take_along="", called_to="5")
        ),
        "tickets_failed": replace(ticket, ticket=TicketView("failed")),
    }


def long_views(lang: Language = "zh") -> dict[str, ViewData]:
    """Views with more text than anybody hopes for."""
    zh = lang == "zh"
    base = views(lang)
    speech = _LONG_ZH if zh else _LONG_EN
    items = tuple(
        f"第 {n} 样：本人身份证、户口簿和合法稳定住所的证明材料原件"
        if zh
        else f"Item {n}: the original of your tenancy agreement"
        for n in range(1, 13)
    )
    title = (
        "在本市合法稳定就业或者居住的非本市户籍人员申领居住证"
        if zh
        else ("Application for a residence permit by persons without local household registration")
    )
    cards = (
        Card("checklist", "materials", "要带什么" if zh else "What to bring", items),
        Card("steps", "steps", "怎么办" if zh else "How it goes", items[:6], asked=True),
        Card("fact", "fee", "费用" if zh else "Fee", (speech[:36],)),
        Card(
            "fact", "time_limit", "多久" if zh else "How long", ("15 个工作日" if zh else "15 working days",)
        ),
        Card("text", "legal_basis", "依据" if zh else "Legal basis", (speech,)),
    )
    choices = tuple(Choice(f"c{n}", title, speech[:40]) for n in range(6))
    return {
        "answer_long": replace(
            base["answer"],
            title=title,
            speech=speech,
            cards=cards,
            note=speech[:60],
            take_along=words_of(title, cards, lang),
        ),
        "answer_choices": replace(base["answer"], cards=(), choices=choices, take_along="", plan=None),
        "clarify_long": replace(base["clarify"], title=title, not_understood=True, choices=choices),
        "listening_long": replace(base["listening"], caption=speech),
        "handover_long": replace(base["handover_accepted"], staff_text=speech),
    }


def plans(lang: Language = "zh") -> dict[str, ViewData]:
    """Answers whose windows are here, upstairs, several, in a bank, and of which nobody knows where the kiosk is."""
    answer = views(lang)["answer"]
    ways = {
        "here": wayfinder("gov").shows((("gov", "5"),), lang),
        "side": wayfinder("gov").shows((("gov", "14"),), lang),
        "upstairs": wayfinder("gov").shows((("gov", "12"),), lang),
        "several": wayfinder("gov").shows((("gov", "12"), ("gov", "17")), lang),
        "bank": wayfinder("bank").shows((("bank", "2"), ("bank", "3")), lang),
        "bank_floors": wayfinder("bank").shows((("bank", "9"), ("bank", "7")), lang),
        "unknown_stand": Wayfinder(knowledge("gov").hall, Stand(9, 1, 1)).shows((("gov", "25"),), lang),
    }
    return {f"plan_{name}": replace(answer, plan=way) for name, way in ways.items()}
