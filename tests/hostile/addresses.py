"""How an address may lead into the network that we run in. Nothing may arrive there."""

import json
from ipaddress import IPv4Address
from socket import gethostname

from tests.crawl.server import feed, sitemap
from tests.hostile.case import HTML, XML, Case, prose
from tests.hostile.net import PUBLIC, http

PRIVATE = "failed: private-address"
LEFT_OUT = "excluded: private-address"


def _entrance(case: Case, host: str) -> str:
    """Have a paper's feed be at a guarded port of this machine, by this spelling of its host."""
    case.paper(feeds=[f"http://{host}:{case.guarded.port}/feed"])
    case.direct.append(host)
    return PRIVATE


def loopback(case: Case) -> str:
    """This machine, as everybody writes it."""
    return _entrance(case, "127.0.0.1")


def loopback_elsewhere(case: Case) -> str:
    """Another of the sixteen million addresses of this machine."""
    return _entrance(case, "127.8.8.8")


def as_one_number(case: Case) -> str:
    """An address as one decimal number."""
    return _entrance(case, str(int(IPv4Address("127.0.0.1"))))


def in_octal(case: Case) -> str:
    """An address with zeros before, which some read as octal."""
    return _entrance(case, "0177.0.0.01")


def in_hexadecimal(case: Case) -> str:
    """An address in hexadecimal."""
    return _entrance(case, "0x7f.0x0.0x0.0x1")


def in_two_parts(case: Case) -> str:
    """An address whose last part holds three bytes."""
    return _entrance(case, "127.1")


def in_full_width_digits(case: Case) -> str:
    """An address in the digits of East Asia, which names are folded from."""
    return _entrance(case, "１２７.０.０.１")


def with_ideographic_stops(case: Case) -> str:
    """An address with the full stops of Chinese."""
    return _entrance(case, "127。0。0。1")


def in_circled_digits(case: Case) -> str:
    """An address in digits with circles."""
    return _entrance(case, "①②⑦.⓪.⓪.①")


def percent_encoded(case: Case) -> str:
    """An address whose letters are encoded."""
    return _entrance(case, "%31%32%37.0.0.1")


def with_a_last_dot(case: Case) -> str:
    """An address that ends as a name may."""
    return _entrance(case, "127.0.0.1.")


def loopback_of_six(case: Case) -> str:
    """This machine by IPv6."""
    return _entrance(case, "[::1]")


def four_in_six(case: Case) -> str:
    """This machine by IPv4 within IPv6."""
    return _entrance(case, "[::ffff:127.0.0.1]")


def four_in_six_of_old(case: Case) -> str:
    """The same in the form before the last."""
    return _entrance(case, "[::127.0.0.1]")


def through_nat64(case: Case) -> str:
    """This machine through a translator of networks."""
    return _entrance(case, "[64:ff9b::7f00:1]")


def through_6to4(case: Case) -> str:
    """This machine through a tunnel."""
    return _entrance(case, "[2002:7f00:1::1]")


def through_teredo(case: Case) -> str:
    """This machine through another tunnel."""
    return _entrance(case, "[2001:0:7f00:1::80ff:fffe]")


def with_a_scope(case: Case) -> str:
    """A neighbour on a wire of this machine."""
    return _entrance(case, "[fe80::1%25lo]")


def nowhere(case: Case) -> str:
    """The address of no machine, which some systems take for this one."""
    return _entrance(case, "0.0.0.0")  # noqa: S104 nobody listens


def nowhere_of_six(case: Case) -> str:
    """The same by IPv6."""
    return _entrance(case, "[::]")


def private_network(case: Case) -> str:
    """A machine of a private network."""
    return _entrance(case, "10.0.0.1")


def unique_local(case: Case) -> str:
    """A machine of a private network by IPv6."""
    return _entrance(case, "[fd00::2]")


def link_local(case: Case) -> str:
    """A neighbour without any network."""
    return _entrance(case, "169.254.7.7")


def metadata_of_a_cloud(case: Case) -> str:
    """Where a cloud tells its machines their passwords."""
    return _entrance(case, "169.254.169.254")


def host_of_a_cloud(case: Case) -> str:
    """Where another cloud does, at an address that is public by its number."""
    return _entrance(case, "168.63.129.16")


def carrier(case: Case) -> str:
    """A machine behind the translator of a provider."""
    return _entrance(case, "100.64.0.1")


def everybody(case: Case) -> str:
    """All machines of a wire at once."""
    return _entrance(case, "255.255.255.255")


def multicast(case: Case) -> str:
    """A group of machines."""
    return _entrance(case, "224.0.0.251")


def localhost(case: Case) -> str:
    """This machine by name."""
    return _entrance(case, "localhost")


def below_localhost(case: Case) -> str:
    """A name below that of this machine, with a dot at its end."""
    return _entrance(case, "paper.LocalHost.")


def own_name(case: Case) -> str:
    """This machine by the name that it was given."""
    return _entrance(case, gethostname())


def name_that_leads_inside(case: Case) -> str:
    """A name whose only address is this machine's."""
    case.names[case.host] = [["127.0.0.1"]]
    return _entrance(case, case.host)


def name_that_leads_inside_by_six(case: Case) -> str:
    """A name whose address is IPv4 within IPv6."""
    case.names[case.host] = [["::ffff:127.0.0.1"]]
    return _entrance(case, case.host)


def name_that_changes_its_mind(case: Case) -> str:
    """A name that is public as its rules are asked for, and inner as its feed is."""
    case.names[case.host] = [[PUBLIC], ["127.0.0.1"]]
    place = f"http://{case.host}:{case.guarded.port}"
    case.put(f"{place}/robots.txt", http(b"User-agent: *\nAllow: /"))
    case.put(f"{place}/feed", http(feed([f"{place}/1"]).body, XML))
    return f"{_entrance(case, case.host)}|failed: not-found|nothing"


def name_with_many_addresses(case: Case) -> str:
    """A name of several addresses, of which the inner ones come between the public."""
    case.names[case.host] = [["93.184.215.15", "127.0.0.1", "::1", "10.0.0.1", "169.254.169.254"]]
    return _entrance(case, case.host)


def _page(case: Case, url: str, host: str) -> str:
    case.announce(url, hosts=[f"{host}:{case.guarded.port}"])
    case.direct.append(host)
    return LEFT_OUT


def announced_page(case: Case) -> str:
    """An article at a guarded port, of a paper that owns it."""
    return _page(case, f"http://127.0.0.2:{case.guarded.port}/1", "127.0.0.2")


def announced_with_a_name_before(case: Case) -> str:
    """An article whose host stands behind a name that looks like it."""
    return _page(case, f"http://{case.host}@127.0.0.3:{case.guarded.port}/1", "127.0.0.3")


def announced_with_a_backslash(case: Case) -> str:
    """An article whose host ends at a backslash for one reader, and not for the next."""
    case.announce(f"http://127.0.0.4:{case.guarded.port}\\@{case.host}/1", hosts=["127.0.0.4"])
    case.direct.append("127.0.0.4")
    return f"{LEFT_OUT}|excluded: off-site|excluded: invalid-address"


def announced_with_a_tab(case: Case) -> str:
    """An article whose host is put together of what a tab parts."""
    case.announce(f"http://127.0.&#9;0.5:{case.guarded.port}/1", hosts=["127.0.0.5"])
    case.direct.append("127.0.0.5")
    return f"{LEFT_OUT}|excluded: off-site|excluded: invalid-address"


def _led(case: Case, path: str) -> str:
    inside = f"http://127.0.0.1:{case.guarded.port}/inside"
    case.direct.append("127.0.0.1")
    case.put(path, http(b"", f"Location: {inside}", status="302 Found"))
    return inside


def redirected_page(case: Case) -> str:
    """An article that redirects inside."""
    case.page(b"")
    _led(case, "/1")
    return f"excluded: off-site|{LEFT_OUT}"


def redirected_page_of_an_own_host(case: Case) -> str:
    """An article that redirects inside, to a host that its paper owns."""
    case.announce(f"{case.base}/1", hosts=[f"127.0.0.1:{case.guarded.port}"])
    _led(case, "/1")
    return LEFT_OUT


def redirected_feed(case: Case) -> str:
    """A feed that redirects inside."""
    case.paper()
    _led(case, "/feed")
    return PRIVATE


def redirected_robots(case: Case) -> str:
    """A robots.txt that redirects inside: nothing is allowed then."""
    case.html(prose("robots"))
    _led(case, "/robots.txt")
    return "waiting|failed: robots|failed: private-address"


def redirected_at_the_last_hop(case: Case) -> str:
    """A feed that redirects inside after four hops outside."""
    case.paper()
    for at, path in enumerate(("/feed", "/a1", "/a2", "/a3")):
        case.put(path, http(b"", f"Location: /a{at + 1}", status="307 Moved"))
    _led(case, "/a4")
    return PRIVATE


def sitemap_of_an_index(case: Case) -> str:
    """A sitemap that an index names, inside."""
    case.paper(sitemaps=[f"{case.base}/map.xml"])
    inside = _led(case, "/away")
    case.put("/map.xml", http(sitemap([inside, f"{case.base}/away"], "sitemap").body, XML))
    return "failed: private-address"


def next_page_of_an_article(case: Case) -> str:
    """An article that goes on inside."""
    inside = _led(case, "/1?page=2")
    links = f'<link rel="next" href="/1?page=2"><link rel="next" href="{inside}">'
    case.html(prose("next", links))
    return "stored|failed: incomplete"


def amp_form_of_an_article(case: Case) -> str:
    """A page without an article whose AMP form is inside."""
    inside = _led(case, "/amp")
    shell = f'<html><head><link rel="amphtml" href="{inside}"></head><body><nav>Home</nav></body>'
    case.html(shell.encode())
    return "excluded: no-article"


def claimed_address(case: Case) -> str:
    """An article that says that its address is inside, by every way of saying it."""
    inside = f"http://127.0.0.1:{case.guarded.port}/inside"
    case.html(
        prose(
            "claims",
            f'<link rel="canonical" href="{inside}"><base href="{inside}"><meta property="og:url" '
            f'content="{inside}"><meta property="og:image" content="{inside}"><meta http-equiv='
            f'"refresh" content="0;url={inside}"><link rel="prefetch" href="{inside}">',
            f'<img src="{inside}"><iframe src="{inside}"></iframe><script src="{inside}"></script>',
        )
    )
    return "stored"


def pictures_and_enclosures_of_a_feed(case: Case) -> str:
    """A feed whose pictures, enclosures, comments and hubs are inside: nobody asks for them."""
    inside = f"http://127.0.0.1:{case.guarded.port}/inside"
    item = (
        f"<item><title>x</title><link>{case.base}/1</link><enclosure url='{inside}' type='x'/>"
        f"<comments>{inside}</comments><source url='{inside}'>x</source></item>"
    )
    head = (
        f"<image><url>{inside}</url></image><cloud domain='127.0.0.1' port='{case.guarded.port}'/>"
    )
    case.xml(f"<rss version='2.0'><channel>{head}{item}</channel></rss>".encode())
    return "stored"


def settings_file_of_a_paper(case: Case) -> str:
    """A feed that a file named on the command line would have us fetch."""
    url = f"http://127.0.0.1:{case.guarded.port}/feed"
    case.run("read", url)
    return "exit 65"


def discovered_feed(case: Case) -> str:
    """A home page whose feeds, sitemaps and sections are all inside."""
    inside = f"http://127.0.0.1:{case.guarded.port}/feed"
    head = f'<link rel="alternate" type="application/rss+xml" href="{inside}">'
    case.put("/", http(prose("home", head), HTML))
    case.put("/robots.txt", http(f"Sitemap: {inside}".encode()))
    case.put("/feed", http(feed([inside]).body, XML))
    case.run("sources", "add", "--yes", case.base, "--sources", str(case.folder / "new"))
    return "exit 0|exit 1|exit 65|exit 2"


def names_in_json(case: Case) -> str:
    """A JSON Feed whose address of the next page, hub and pictures are inside."""
    inside = f"http://127.0.0.1:{case.guarded.port}/inside"
    made = {
        "version": "https://jsonfeed.org/version/1.1", "next_url": inside, "icon": inside,
        "hubs": [{"type": "WebSub", "url": inside}], "feed_url": inside,
        "items": [{"url": f"{case.base}/1", "image": inside, "attachments": [{"url": inside}]}],
    }  # fmt: skip
    case.xml(json.dumps(made).encode())
    return "stored"
