"""Query parameters that say how a page was reached or is shown, not which page it is."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

_YES = r"|1|true|yes|y|on"
# a publisher's own short names: with a mere number they may well be a company or a category
_WORD = r"\d*[^\d].*"
_CHANNELS = (
    r"rss\d?|rss--.*|atom|feed|rss_?feed|twitter|tw|x|facebook|fb|telegram|tg|whatsapp|wa|viber"
    r"|vk|vkontakte|odnoklassniki|linkedin|reddit|pinterest|instagram|tiktok|flipboard|pocket|line"
    r"|email|e-mail|mail|newsletter|push|share|sharing|social|copy|copylink|copy_link|googlenews"
    r"|google_?(news|discover)|google|yahoo|msn|bing|yandex|ya_?news|yandex_?news|dzen|apple_?news"
    r"|smartnews|newsbreak|upday|feedburner|feedly|dlvr\.it|twitterfeed|threads|bluesky|mastodon"
    r"|tumblr|nextdoor|skype|messenger|jetpack-[a-z-]+|google-plus-1|timeline|groupmessage"
    r"|singlemessage|weixin|wechat|weibo"
)
# where on a site a link stood
_SPOTS = (
    r"home|home_?page|hp|nav|sidebar|footer|header|related|recommended|popular|most_?read|trending"
    r"|article_?(inline|body|end|footer|related)?|inline"
)
_SITE = r"(https?://)?([a-z0-9-]+\.)+[a-z]{2,}(/.*)?"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter that is dropped: both patterns match whole, in any case."""

    names: str
    why: str
    values: str = ".*"
    path: str = ""
    """The beginning of the path, where the name alone would say too little."""


PARAMETERS = (
    Parameter(r"utm[_-][\w-]+|utm(source|medium|campaign|term|content)|_ga|_gl|_gac|_gcl_[a-z]+"
              r"|ga_[a-z]+|gad_[a-z]+|gclid|gclsrc|[gw]braid|dclid|srsltid",
              "Google's measuring"),
    Parameter(r"ved|usg|sxsrf|gs_lc?p|sca_esv", "what a search left"),
    Parameter(r"fbclid|fb_(action_ids|action_types|source|ref|comment_id)|mibextid|sfnsn|igshid|igsh"
              r"|action_(object|type|ref)_map|__(cft|tn|xts)__(\[\d+\])?|hc_(ref|location)|fref",
              "Meta's measuring"),
    Parameter(r"h", "Meta's measuring, told by its form", values=r"AT[0-9][\w-]{16,}"),
    Parameter(r"yclid|ysclid|ymclid|_?openstat|from_yandex|yrwinfo|erid|roistat\w*|calltouch_tm",
              "Yandex's measuring, and what advertisements in Russia carry"),
    Parameter(r"msclkid|twclid|ttclid|li_fat_id|rdt_cid|epik|scc(l?)id|wicked_?id|tblci|dicbo|obclid"
              r"|ob(origurl|ref)|outbrainclickid|taboolaclickid|taid|rb_clickid|irclickid|zanpid|tduid"
              r"|cjevent|_branch_[a-z_]+|__twitter_impression|tg_rhash|cvid|hootpostid",
              "a click's number, given by the site that was left"),
    Parameter(r"ref_src|ref_url|guccounter|guce_referrer(_sig)?|soc_src|soc_trk|ssrc|\.?tsrc|wprov"
              r"|__source|traffic_?source|hss_channel",
              "the site that was left, named by itself"),
    Parameter(r"isappinstalled|wxshare_count|share_(source|medium|token)|tt_from|spm_id_from"
              r"|vd_source", "what Chinese apps add when an address is shared"),
    Parameter(r"mc_([ce]id|tc)|mkt_tok|vero_(id|conv)|oly_(anon|enc)_id|_hs(enc|mi)|__h(stc|ssc|sfp)"
              r"|hsa_[a-z]+|_kx|_ke|hsctatracking|ck_subscriber_id|ml_subscriber(_hash)?|__s|dm_i"
              r"|sc_(cid|uid|eh|lid|src|llid|campaign|channel|content|country)|bsft_[a-z]+"
              r"|et_[cr]id|elq(trackid|track|a[it]d?|campaignid)?|sfmc_[a-z]+|omnisendcontactid"
              r"|trk_(contact|msg|module|sid)|_bta_(tid|c)|bt_(ee|ts)|lctg|bxid|cndid|hash[abc]"
              r"|regi_id",
              "the number of a letter and of its reader"),
    Parameter(r"(pk|mtm|piwik|matomo)_[a-z_]+", "Matomo's measuring"),
    Parameter(r"at_(medium|campaign\w*|custom\d+|channel|creation|variant|format|link\w*|ptr\w*)"
              r"|at_(bbc\w*|general\w*|identifier|recipient\w*|emailtype|type)|xtor|xtref|xtcr",
              "AT Internet's measuring"),
    Parameter(r"ns_(mchannel|source|campaign|linkname|fee)|wt_?z?mc\w*|wtrid"
              r"|wt[._-](mc_id|zmc|tsrc|nav|nl)|cm_(mmc\w*|ven|cat|pla|ite|sp|re)|cx_[a-z]+"
              r"|adobe_mc\w*",
              "comScore's, Webtrekk's, Coremetrics', Piano's and Adobe's measuring"),
    Parameter(r"cmp|ocid|ncid|scm|trk", "a publisher's own measuring", values=_WORD),
    Parameter(r"cmpid|cmp_id|i(nt)?_?cid|intcmp|s_(cid|kwcid|campaign|src|subsrc)|ef_id|smid|smtyp|ito"
              r"|itm_[a-z]+|sr_share|tpcc|spm|sref|trk(campaign|info)|ftag|reflink|itid|wpisrc"
              r"|wpsrc|wpmm",
              "a publisher's own measuring of where a click came from"),
    Parameter(r"mod|mbid|tid|emc|hpid", "a publisher's own measuring, told by its form",
              values=r"(rss|djem|synd|social)\w*|article_inline|(hp|ss|edit)_[\w-]+"),
    Parameter(r"unlocked_article_code|gaa_(at|n|ts|sig)|gift_?(link|code|token)",
              "who gave the article away"),
    Parameter(r"ref|ref_|refer|referr?er|ref_source|source|src|from|via|share|shared|partner"
              r"|partner_?ref|emc|medium|origin|feature|campaign",
              "names the channel, and only a channel", values=_CHANNELS),
    Parameter(r"ref|ref_|referr?er", "names the spot or the site of the link",
              values=f"{_SPOTS}|{_SITE}"),
    Parameter(r"(is|from)?_?rss_?feed|(is|from)_?rss", "the feed names itself", values=_YES),
    Parameter(r"nb", "what WordPress adds to a shared address", values="1"),
    Parameter(r"oc|hl|gl|ceid", "which edition listed the article, whose own number is in the path",
              path=r"/(__i/)?(rss/)?(rd/)?(articles|read)/CB"),
    Parameter(r"phpsessid|jsessionid|aspsessionid\w*|asp\.net_sessionid|cfid|cftoken|zenid|oscsid",
              "a visit's number"),
    Parameter(r"session_?id|sessid", "a visit's number; a small one is a parliament's",
              values=r"(?!\d{1,9}$).+"),
    Parameter(r"sid|s|sess|session|ssid|token", "a visit's number, told by its form",
              values=r"[0-9a-f]{32,}|[0-9a-v]{26}"),
    Parameter(r"amp|is_?amp|_amp|googleamp|amphtml|no_?amp|non_?amp",
              "the same article for telephones", values=_YES + "|mobile|available"),
    Parameter(r"amp_(js_v|gsa|kit|r|tf|ct|lite|cb|device_id)|aoh|usqp",
              "which program shows the page"),
    Parameter(r"m|mobile|mobi|is_?mobile|mobile_?view|nomobile", "the same article for telephones",
              values=r"|0|1|true|false|yes|no"),
    Parameter(r"((is|for|to)_?)?print(able|er)?([_-]?(friendly|view|page|mode|version))?",
              "the same article for paper", values=_YES + "|print"),
    Parameter(r"output_?type|output|view(_?mode)?|_?format|mode|display|version|layout|template|tmpl"
              r"|variant|action|do|op|style|skin|theme",
              "the same article in another dress",
              values=r"amp|print|printable|printer|print[-_]?preview|print[-_]?view|mobile"),
    Parameter(r"type", "the same article for telephones", values="amp"),
    Parameter(r"tmpl", "the same article without its frame", values="component"),
    Parameter(r"page", "the first page, or a place on it, is the article itself",
              values=r"1|with:block-[\w-]+"),
    Parameter(r"paged|pagina|seite|pg|page_?(no|num|number)|pagen_\d+",
              "the first page is the article itself", values="1"),
    Parameter(r"(limit)?start|offset", "the first page is the article itself", values="0"),
    Parameter(r"comments", "opens what stands below the article", values=_YES),
    Parameter(r"replytocom|showcomments?|c(omment_?)?page|comment_?id"
              r"|pinned_post_(locator|asset_id|type)|filterkeyevents",
              "opens a form, or a place in the article or below it"),
    Parameter(r"no_?cache|cache_?bust(er)?|cn-reloaded", "keeps a cache from answering"),
    Parameter(r"refresh|reload|redirected", "the page was asked for again", values=_YES),
    Parameter(r"_|_ts|rand|random", "keeps a cache from answering",
              values=r"\d{9,}|0?\.\d{4,}"),
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
