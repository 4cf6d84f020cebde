"""Query parameters that say how a page was reached or is shown, not which page it is."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

_YES = r"|1|true|yes|y|on"
_CHANNELS = (
    r"rss\d?|atom|feed|rssfeed|rss_?feed|twitter|tw|facebook|fb|telegram|tg|whatsapp|wa|viber|vk"
    r"|vkontakte|odnoklassniki|linkedin|reddit|pinterest|instagram|tiktok|flipboard|pocket|line"
    r"|email|e-mail|mail|newsletter|push|share|sharing|social|copy|copylink|copy_link|googlenews"
    r"|google_news|smartnews|dlvr\.it|twitterfeed"
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter that is dropped: both patterns match whole, in any case."""

    names: str
    why: str
    values: str = ".*"
    path: str = ""
    """The beginning of the path, where the name alone would say too little."""


PARAMETERS = (
    Parameter(r"utm_[\w-]+|_ga|_gl|ga_[a-z]+|gad_[a-z]+|gclid|gclsrc|[gw]braid|dclid|srsltid",
              "Google's measuring"),
    Parameter(r"fbclid|fb_(action_ids|action_types|source|ref)|mibextid|sfnsn|igshid|igsh",
              "Meta's measuring"),
    Parameter(r"yclid|ysclid|ymclid|_?openstat|from_yandex|yrwinfo",
              "Yandex's measuring"),
    Parameter(r"msclkid|twclid|ttclid|li_fat_id|rdt_cid|epik|scclid|wickedid|tblci|dicbo|obclid|taid"
              r"|rb_clickid|irclickid|_branch_[a-z_]+|__twitter_impression",
              "a click's number, given by the site that was left"),
    Parameter(r"ref_src|ref_url|guccounter|guce_referrer(_sig)?|soc_src|soc_trk|wprov|__source",
              "the site that was left, named by itself"),
    Parameter(r"mc_[ce]id|mkt_tok|vero_(id|conv)|oly_(anon|enc)_id|_hs(enc|mi)|hsa_[a-z]+|_kx|_ke"
              r"|hsctatracking|ck_subscriber_id|sc_(cid|uid|eh|lid|src|llid)|__s|bsft_[a-z]+|et_rid",
              "the number of a letter and of its reader"),
    Parameter(r"(pk|mtm|piwik|matomo)_[a-z_]+", "Matomo's measuring"),
    Parameter(r"at_(medium|campaign\w*|custom\d+|channel|creation|variant|format|link\w*|ptr\w*)"
              r"|at_(bbc\w*|general\w*|identifier|recipient\w*|emailtype|type)|xtor|xtref|xtcr",
              "AT Internet's measuring"),
    Parameter(r"ns_(mchannel|source|campaign|linkname|fee)|wt_mc\w*|wt[._-](mc_id|zmc|tsrc|nav)",
              "comScore's and Webtrekk's measuring"),
    Parameter(r"cmp|cmpid|cmp_id|ocid|ncid|icid|intcmp|int_?cid|s_cid|s_kwcid|ef_id|smid|smtyp|ito"
              r"|itm_[a-z]+|sr_share|tpcc|spm|scm|sref|trk(campaign|info)?",
              "a publisher's own measuring of where a click came from"),
    Parameter(r"ref|refer|referr?er|ref_source|source|src|from|via|share|shared|partner|emc|medium"
              r"|origin|feature",
              "names the channel, and only a channel", values=_CHANNELS),
    Parameter(r"oc", "which edition listed the article, whose own number is in the path",
              path=r"/(rss/)?(articles|read)/CB"),
    Parameter(r"phpsessid|jsessionid|aspsessionid\w*|asp\.net_sessionid|cfid|cftoken|session_?id"
              r"|sessid|zenid|oscsid", "a visit's number"),
    Parameter(r"sid|s|sess|session|ssid|token", "a visit's number, told by its form",
              values=r"[0-9a-f]{32,}"),
    Parameter(r"amp|is_?amp|_amp|googleamp", "the same article for telephones", values=_YES),
    Parameter(r"amp_js_v|amp_gsa|amp_kit|amp_r|usqp", "which program shows the page"),
    Parameter(r"m|mobile|mobi|is_?mobile|mobile_?view|nomobile", "the same article for telephones",
              values=r"|0|1|true|false|yes|no"),
    Parameter(r"print|printable|printer|printer_?friendly|print_?view|printpage|forprint|toprint",
              "the same article for paper", values=_YES),
    Parameter(r"output_?type|output|view|format|mode|display|version|layout|template|tmpl|variant",
              "the same article in another dress",
              values=r"amp|print|printable|printer|print[-_]?preview|print[-_]?view|mobile"),
    Parameter(r"tmpl", "the same article without its frame", values="component"),
    Parameter(r"page", "the first page is the article itself", values="1"),
    Parameter(r"replytocom|showcomment", "opens a form or a place below the article"),
    Parameter(r"no_?cache|cache_?bust(er)?", "keeps a cache from answering"),
    Parameter(r"_", "keeps a cache from answering", values=r"\d{9,}"),
)  # fmt: skip

_compiled = tuple(
    (re.compile(p.names, re.I), re.compile(p.values, re.I | re.S), re.compile(p.path))
    for p in PARAMETERS
)


def says_nothing(parameter: str, path: str) -> bool:
    """Return whether ``parameter`` (`name=value`, or a name alone) leaves the page the same."""
    name, _, value = parameter.partition("=")
    name, value = unquote(name), unquote(value)
    return any(
        names.fullmatch(name) and values.fullmatch(value) and place.match(path)
        for names, values, place in _compiled
    )
