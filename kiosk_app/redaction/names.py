"""Names that somebody introduces: 我叫…, 我是…, 姓…, …先生, my name is …. Pure.

Only where a name is announced can it be told from other words. After 我叫 everything that can be a name is taken
for one; after 我是 only what cannot well be anything else, for far more often a town, a trade or a reason follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kiosk_app.redaction.numbers import Span

_COMPOUND = (
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|司徒|令狐|宇文|长孙|夏侯|端木|南宫|独孤|轩辕|司空|百里|呼延"
)
_COMMON = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔"
    "谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文"
)
_RARE = (
    "樊兰殷施洪翟安颜倪温芦季俞章鲁葛伍申尤毕聂柴焦柳邢岳齐梅庄辛管祝左涂谷祁舒耿牟卜路詹关苗凌费纪靳盛童欧甄项裴"
    "屈鲍覃霍翁隋甘景单包柏宁柯阮桂闵解强丛房佟邬蓝宗冉刁瞿楼游窦缪沙褚时翦蔺胥邝阎"
)
_HAN = r"[\u4e00-\u9fff]"
_AFTER = (
    r"[要想是的我你在去办需住从身手跟请问麻帮怎这那不没也就到了吗呢吧把被补换查取交买卖今现还户电刚已她他"
    r"，。、,.!?！？；;\s]"
)
_AFTER_WORDS = (
    r"可以|能不|能办|能查|有没|有什|有个|家住|家里|来办|来取|来补|来查|来问|和我|前面|之前|预约|年龄"
)
_END = rf"(?={_AFTER}|{_AFTER_WORDS}|$|[^\u4e00-\u9fff])"
_GIVEN = rf"(?!{_AFTER_WORDS})(?!{_AFTER}){_HAN}"
_SURNAME = rf"(?:{_COMPOUND}|[{_COMMON}{_RARE}])"
_NOT_A_NAME = r"[什么号人车谁不没了错过个来到救停醒]"

_CALLED = re.compile(
    rf"(?:(?<![被呼])(?:[我她他]|本人|孩子|儿子|女儿|老公|老婆|爱人|丈夫|妻子|爸|妈|父亲|母亲|公司法人|法人|名字?)叫做?|"
    rf"名字?(?:就?是|:)|姓名(?:就?是|为|:)|本人(?=(?:{_COMPOUND}|[{_COMMON}]){_HAN}{{1,2}}[，,。]))"
    rf"\s?(?P<name>{_SURNAME}\s?{_HAN}(?:\s?{_GIVEN})?|(?!{_NOT_A_NAME}){_HAN}(?:(?!{_NOT_A_NAME}){_GIVEN}){{1,2}}(?=[，。,.\s]|$))"
)
_AM = re.compile(
    rf"我是\s?(?P<name>(?:{_COMPOUND}|[{_COMMON}])(?:{_GIVEN}){{1,2}})(?=[，。,.、!！\s]|$|要|想|来|的)"
)
_NOT_AFTER_AM = re.compile(
    r"高[中校三二一考龄血新级层铁管]|马[上路来甲]|江[苏西北山阴南干]|安[徽庆康阳吉排全]|金[华融牌卡]|白[天色领班血]|石家|"
    r"方[便言案向]|万[一能]|常[住州年客规]|文[盲化科员职]|黄[岩山石牛冈]|武[汉义警威]|温[州岭]|向[你来别着]|任[何意]|程序|"
    r"何[时种处]|余[杭姚额]|田[地里]|林[业场区]|龙[泉岩游港]|雷州|夏[天季利]|陈[述旧]|许[多可昌]|于是|曾经|史上|易[地县]|"
    r"孔子|孟加|秦皇|叶县|付[款费钱]|钱[不包塘]|贺州|毛重|赖着|康复|钟[点表]|段子|贾汪|尹始|邵[阳武东]|韩[国语]|谢谢|"
    r"周[一二三四五六日边末口]|张家[港口界]|王府|郑州|苏[州北南]|徐[州汇闻]|杨[浦凌树]|唐山|宋[城朝]|胡[同乱]|朱家|"
    r"罗湖|梁平|吴[江兴中忠]|陆军|汪清|沈阳|姜堰|范[围县]|董事|袁州|蔡甸|杜绝|吕梁|顾[客问]|戴着|严[重格]|侯马|邹城|赵县"
)
"""Towns, trades and reasons that begin with a surname."""

_TITLED = re.compile(
    rf"(?P<name>{_SURNAME}(?:{_HAN}{{0,2}}?))(?=先生|女士|小姐|阿姨|大爷|大妈|大叔|师傅|同志|奶奶|爷爷)"
)
_NOT_TITLED = re.compile(
    r"(?:单身|高龄|年轻|安保|金牌|石化|左边|方便|管道|文明|康复|关爱|路人|万能|房东|向导|白衣)"
)
_FAMILY = re.compile(
    rf"(?:我|免贵|本人|她|他)姓\s?(?P<name>{_COMPOUND}|{_HAN})(?={_AFTER}|名|叫|$|[^\u4e00-\u9fff])"
)
_ENGLISH = re.compile(
    r"(?:my (?:full |first |last |family )?name(?: is|'s)|(?:i am|i'm|my [a-z]+ is) called|name:)\s{1,3}"
    r"(?P<name>[a-z][a-z'\-]*(?:\s(?!(?:and|i|my|from|i'm|to|the|but|please|here|can|where|how|what|want|need|looking|in|on|of|at|is|was|with|for)\b)"
    r"[a-z][a-z'\-]*){0,2})"
)
_NOT_ENGLISH = re.compile(
    r"[io]n|the|not|no|an?|what|wrong(?:ly)?|incorrect|different|missing|still|also|already|too|now|being|"
    r"(?:mis)?spel(?:t|led)|written|printed|typed|entered|registered|recorded|changed|misprinted|gone"
)
"""What is said of a name rather than the name itself."""
_BARE = re.compile(rf"\s*(?:{_COMPOUND}|[{_COMMON}])\s?{_HAN}(?:\s?{_HAN})?[\s，。,.!！]*")


def names_in(plain: str) -> Iterator[Span]:
    """The names of ``plain`` (as `spelling.plain_of` makes it) that are announced as such."""
    for pattern in (_CALLED, _FAMILY):
        for found in pattern.finditer(plain):
            yield _span(found)
    for found in _AM.finditer(plain):
        if not _NOT_AFTER_AM.match(found["name"]):
            yield _span(found)
    for found in _TITLED.finditer(plain):
        if not _NOT_TITLED.match(plain, found.start()):
            yield _span(found)
    for found in _ENGLISH.finditer(plain):
        if not _NOT_ENGLISH.fullmatch(found["name"].split()[0]):
            yield _span(found)


def _span(found: re.Match[str]) -> Span:
    return Span(found.start("name"), found.end("name"), "name")


def is_bare_name(text: str) -> bool:
    """Whether ``text`` is nothing but what is most likely a Chinese name (王小明, 张三)."""
    return _BARE.fullmatch(text) is not None and not _NOT_AFTER_AM.match(text.strip())
