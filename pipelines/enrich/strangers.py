"""Pages that arrive where an article was announced and are none: walls, errors, lists. Pure.

Told by what a page says of itself, and only where it neither declares an article nor holds the
prose of one: an article about cookies or about a missing page stays an article.
"""

import re
from collections.abc import Iterable

from pipelines.extract import jsonld
from pipelines.extract.headline import PARTING
from pipelines.extract.manuscript import Evidence, Line, Manuscript
from pipelines.extract.prose import is_prose
from pipelines.letters import size
from pipelines.records import Dropped, Exclusion

# letters of prose on the whole page; below it none of 2,198 articles was taken for one of these,
# with no bound two were, for a notice about cookies longer than their text
SHORT = 1500
CONSENT_SHARE = 0.6  # of the page's prose speaks of consent
LINKED_SHARE = 0.5  # of a page's text is links: it leads elsewhere
TEASERS = 5  # linked headings of a list
# whole names of pages: what stands between the bars and dashes of a title, or in an h1
BLOCKED = re.compile(
    r"just a moment|attention required|access denied|access to this page has been denied"
    r"|pardon our interruption|are you (?:a )?(?:human|robot)|checking your browser.*"
    r"|(?:please )?verify(?:ing)? (?:that )?you are (?:a )?human.*|human verification"
    r"|security check|one more step|robot check|request unsuccessful.*|(?:403 )?forbidden"
    r"|(?:sorry, )?you have been blocked.*|ddos-guard|доступ (?:запрещ[её]н|ограничен|заборонено)"
    r"|проверка браузера|zugriff verweigert|accès refusé|acceso denegado|acesso negado"
    r"|accesso negato|erişim engellendi|odmowa dostępu|访问被拒绝|访问验证|安全验证|人机验证"
    r"|アクセスが拒否されました",
    re.I,
)
ERROR = re.compile(
    r"(?:error|fehler|erreur|errore?|erro|ошибка|помилка|hata|błąd|错误|エラー)?\W{0,3}"
    r"(?:404|410|50[0234])\W{0,3}(?:error|fehler|page|not found|.*(?:not found|error|unavailable))?"
    r"|(?:oops\W*)?(?:the |this |that |diese |die |esta |la |cette |a )?"
    r"(?:page|seite|página|pagina|strona|страница|сторінка|сайт|sayfa)\b.{0,40}(?:not found"
    r"|(?:can.t|could not) be found|does(?:n.t| not) exist|no longer exists|nicht gefunden"
    r"|existiert nicht|introuvable|no (?:se )?(?:ha )?(?:sido )?encontrad[ao]"
    r"|não (?:foi )?encontrada|non (?:è stata )?trovata|nie (?:została )?(?:znaleziona|istnieje)"
    r"|не найдена|не существует|не знайдено|не знайдена|bulunamadı)|not found"
    r"|internal server error|service (?:temporarily )?unavailable|bad gateway|gateway time-?out"
    r"|(?:site )?(?:is )?under maintenance|页面不存在|找不到(?:页面|頁面)"
    r"|ページが見つかりません|페이지를 찾을 수 없습니다",
    re.I,
)
LOGIN = re.compile(
    r"(?:please )?(?:log ?in|sign ?in|sign ?up|register)(?: (?:to|or|with|and)\b.{0,40})?"
    r"|anmelden|anmeldung|einloggen|login|se connecter|connexion|iniciar sesión|acceder|entrar"
    r"|accedi|zaloguj(?: się)?|logowanie|вход|войти|авторизация|вхід|увійти|giriş(?: yap)?"
    r"|登录|登入|ログイン|로그인|кіру",
    re.I,
)
CONSENT = re.compile(
    r"cookie|consent|datenschutz|privacy|vie privée|privacidad|privacidade|prywatnoś|куки"
    r"|персональн|конфиденциальн|конфіденційн|çerez|gizlilik|クッキー|プライバシー|쿠키|隐私|私隱",
    re.I,
)
LISTS = frozenset({"CollectionPage", "SearchResultsPage", "ProfilePage", "ImageGallery"})
# what WordPress, Drupal and Joomla name the body of a page that is no single article
LIST_NAMES = frozenset(
    {"archive", "category", "tag", "search", "search-results", "path-taxonomy", "page-taxonomy"}
)
SINGLE_NAMES = frozenset({"single", "single-post", "page-node-type-article", "node-type-article"})
ERROR_NAMES = frozenset({"error404", "page-404", "error-404", "not-found", "page-not-found"})


def judged(manuscript: Manuscript) -> Dropped | None:
    """Return why a page is none of ours, None where nothing says that it isn't an article."""
    if declares_article(manuscript.evidence):
        return None
    prose = [line for line in manuscript.page if is_prose(line)]
    reason = _short_page(manuscript, prose) or _list(manuscript)
    return Dropped(reason=reason, detail=DETAILS[reason]) if reason else None


def declares_article(evidence: Evidence) -> bool:
    """Return whether a page's data says that it is an article, or when it was published."""
    return bool(
        evidence.article
        or any(kind.lower() == "article" for kind in evidence.meta.get("og:type", ()))
        or evidence.meta.get("article:published_time")
        or evidence.items.get("datepublished")
    )


DETAILS = {
    Exclusion.BLOCKED: "The server answered with a check for robots instead of the page.",
    Exclusion.ERROR_PAGE: "The page says that what was asked for is not there.",
    Exclusion.LOGIN: "The page asks for a login and shows nothing else.",
    Exclusion.CONSENT: "The page asks for consent and shows nothing else.",
    Exclusion.LIST: "The page lists articles, as a section or a search does.",
}


def _short_page(manuscript: Manuscript, prose: Iterable[Line]) -> Exclusion | None:
    said = [line.text for line in prose]
    letters = sum(map(size, said))
    if letters >= SHORT:
        return None
    names = _names(manuscript.evidence)
    if any(map(BLOCKED.fullmatch, names)):
        return Exclusion.BLOCKED
    if any(map(ERROR.fullmatch, names)) or not ERROR_NAMES.isdisjoint(_body_names(manuscript)):
        return Exclusion.ERROR_PAGE
    if any(map(LOGIN.fullmatch, names)) and _has_password(manuscript):
        return Exclusion.LOGIN
    asked = sum(size(text) for text in said if CONSENT.search(text))
    return Exclusion.CONSENT if letters and asked >= CONSENT_SHARE * letters else None


def _names(evidence: Evidence) -> list[str]:
    """Return the parts of what the page calls itself: of its title and its first h1."""
    said = (evidence.title_tag or "", *evidence.headings[:1])
    return [part.strip(" .!?…") for name in said for part in (name, *PARTING.split(name))]


def _body_names(manuscript: Manuscript) -> set[str]:
    body = manuscript.tree.find("body") if manuscript.tree is not None else None
    return set() if body is None else set((body.get("class") or "").lower().split())


def _has_password(manuscript: Manuscript) -> bool:
    tree = manuscript.tree
    return tree is not None and tree.find(".//input[@type='password']") is not None


def _list(manuscript: Manuscript) -> Exclusion | None:
    names = _body_names(manuscript)
    is_named = not LIST_NAMES.isdisjoint(names) and SINGLE_NAMES.isdisjoint(names)
    things = manuscript.evidence.things
    is_typed = any(not LISTS.isdisjoint(jsonld.kinds(thing)) for thing in things)
    return Exclusion.LIST if (is_named or is_typed) and _is_list(manuscript) else None


def _is_list(manuscript: Manuscript) -> bool:
    """Return whether a page has the headings of many others, or a text that leads elsewhere."""
    teasers = [
        line
        for line in manuscript.page
        if line.links >= LINKED_SHARE
        and line.tag in {"h2", "h3", "h4"}
        and not line.marks & {"related", "nav", "footer", "aside"}
    ]
    linked = sum(len(line.text) for line in manuscript.lines if line.links >= LINKED_SHARE)
    total = sum(len(line.text) for line in manuscript.lines)
    return len(teasers) >= TEASERS or linked >= LINKED_SHARE * total
