"""More than five hundred bad strings, made by families; markup carries a mark, to be found again where it may not be."""

# fmt: off
import itertools
import unicodedata

MARK = "zq7"
"""No element, attribute or scheme of ours is called so."""
PRODUCT = "{}*{}"
SEVEN, ELEVEN = 7919, 7907
COMPUTED = str(SEVEN * ELEVEN)
"""What a template would make of the sums below."""


def quotes() -> list[str]:
    signs = ["'", '"', "`", "’", "\\", "''", '""', "\\'", '\\"', "'--", '";', "');", '"}', "']", "\\\\", "%27", "&#39;", "&quot;"]
    return [*signs, *(f"O{sign}Neil" for sign in signs)]


def sql() -> list[str]:
    heads = ["1", "'", '"', "')", "1)", "%", "\\'"]
    tails = [
        " or 1=1--", " union select null,null--", "; drop table proposal;--", " and pg_sleep(0)--", "||(select 1)||",
        " or sqlite_version() like '%", "/**/or/**/1=1#", " order by 99--", "; select randomblob(1)--",
    ]  # fmt: skip
    patterns = ["%", "_", "%%", "\\%", "*", "?", "[a-z]", "NEAR(a b)", '"a" OR', "AND", "NOT", "a AND", "a*", "^a", "col:a", "-a", "a:*", "!", "a & b", "(a", "<->"]
    return [*(head + tail for head, tail in itertools.product(heads, tails)), *patterns]


def templates() -> list[str]:
    total = PRODUCT.format(SEVEN, ELEVEN)
    frames = ["{{%s}}", "${%s}", "#{%s}", "<%%=%s%%>", "{%% print(%s) %%}", "*{%s}", "@(%s)", "[[%s]]", "${{%s}}", "{{=%s}}", "#set($a=%s)$a", "{php}echo %s;{/php}"]
    reaching = ["{{config}}", "{{self.__init__.__globals__}}", "{{''.__class__.__mro__}}", "{{request.environ}}", "{% include '/etc/passwd' %}", "{{g}}", "{% raw %}", "{#"]
    return [*(frame % total for frame in frames), *reaching]


def formats() -> list[str]:
    return [
        "%s%s%s%s", "%n%n%n", "%x%x", "%(count)s", "%(zq7)s", "%", "%%", "%d", "%(", "%)s", "{}", "{0}", "{zq7}", "{0.__class__}", "{", "}", "{{}}",
        "{0!r:>99}", "{:999999999}", "%999999999d", "%.999999999f", "%*d", "$(id)", "`id`", "$HOME", "${IFS}", "|id", ";id", "&&id", "\n/bin/id", "$((1+1))",
    ]  # fmt: skip


def markup() -> list[str]:
    tags = ["script", "img", "svg", "iframe", "object", "embed", "style", "link", "base", "form", "math", "video", "details", "template", "body", MARK]
    shapes = [
        "<{0} onerror=zq7()>", "<{0}/onload=zq7() src=x>", "<{0}><{1}>", '"><{0} onload="zq7()">', "'><{0} onfocus='zq7()' autofocus>",
        "</textarea><{0} onload=zq7()>", "</title></{0}><{1} onclick=zq7()>", "<{0}\tonload\n=\x0czq7()>",
    ]  # fmt: skip
    more = [
        '" onmouseover="zq7()" x="', "' onmouseover='zq7()", " onmouseover=zq7() ", "` onload=`zq7()", "--><zq7>", "<!--<zq7>", "]]><zq7>", "<![CDATA[<zq7>]]>",
        "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "&lt;zq7&gt;", "&#60;zq7&#62;", "\\u003czq7\\u003e", "\\x3czq7\\x3e",
        "%3Czq7%3E", "＜zq7＞", "<\x00zq7>", "<zq7\x00>", "< zq7>", "<<zq7>>", "<zq7 ", "<zq7/", "<a href=javascript:zq7()>", "<a href='java\nscript:zq7()'>",
        "<meta http-equiv=refresh content='0;url=//zq7'>", "<p style=background:url(//zq7)>", "</script><zq7>", "<noscript><p title='</noscript><zq7>'>",
    ]  # fmt: skip
    return [*(shape.format(tag, MARK) for tag, shape in itertools.product(tags, shapes)), *more]


def markdown() -> list[str]:
    schemes = ["javascript:zq7()", "JaVaScRiPt:zq7()", "java\tscript:zq7()", "&#106;avascript:zq7()", "data:text/html,<zq7>", "vbscript:zq7()", "file:///etc/passwd", "//zq7", "\x01javascript:zq7()", "javascript&colon;zq7()"]
    shapes = ["[a]({})", "![a]({})", "<{}>", "[a][b]\n\n[b]: {}", "[![a]({0})]({0})", '[a]({} "zq7")']
    deep = ["[" * 300, "(" * 300, ">" * 300, "*" * 300, "_" * 300 + "a", "`" * 300, "- " * 200, "#" * 50, "|" * 200 + "\n" + "|-" * 100, "[a](" * 100, "![" * 200, "**a " * 200, "~~" * 200, "1. " * 100, "<" * 300, "\\" * 301, "[a]: " * 50]
    broken = ['[a](b "c', "[a](<b", "```zq7 onload=zq7()\n", "~~~\n", "| a |\n|", "***", "- [ ] a", "![]()", "[]()", "[zq7]: <", "<!-- -->", "a\\\nb", "&bogus;", "&#0;", "&#xD800;", "&#x110000;"]
    return [*(shape.format(scheme) for scheme, shape in itertools.product(schemes, shapes)), *deep, *broken]


def unicode() -> list[str]:
    invisible = ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u180e", "\u2028", "\u2029", "\u0085", "\u202e", "\u202d", "\u2066", "\u2069", "\u200f", "\u061c", "\u3164", "\U000e0041", "\ufe0f"]
    strange = [
        "Z" + "\u0336\u0301\u0489" * 40, unicodedata.normalize("NFD", "Éléonore"), unicodedata.normalize("NFC", "Éléonore"), "ﬁ", "ﷺ" * 30, "İstanbul", "ı", "ß",
        "ΐ", "Ω", "K", "①", "𝕏", "🦦" * 50, "👩\u200d👩\u200d👧\u200d👦", "\U0010ffff", "\ufffe", "\uffff", "\ufffd", "كلمة", "שלום", "日本語", "ｆｕｌｌ", "\u202egpj.exe", "\u0130" * 100,
    ]  # fmt: skip
    lone = ["\ud800", "\udfff", "a\udcffb", "\ud83d", "\udc00\ud800"]
    return [*invisible, *(f"a{sign}b" for sign in invisible), *strange, *lone]


def numbers() -> list[str]:
    return [
        "0", "-0", "-1", "1e309", "-1e309", "NaN", "nan", "Infinity", "-inf", "1e-999", "0x1F", "0b1", "1_000", "１２３", "٣", "½", "²", "1,5", "1.5.5", "--1", "+1", "1e5",
        "2147483648", "-2147483649", "9223372036854775808", "99999999999999999999", "9" * 400, "0" * 400, "1" + "0" * 5000, "0.1" + "0" * 400, "1 000", "1\u00a0000", "1\u202f000,50",
        "$1", "1 $", "1¢", "١٢٣", "Ⅷ", "1/0", "0/0", "1%", "true", "null", "None", "undefined", "[]", "{}", "NULL", "1;1", "1\x00", "−1", "1e",
    ]  # fmt: skip


def dates() -> list[str]:
    return [
        "0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "-0001-01-01", "2026-02-29", "2026-02-30", "2026-13-01", "2026-00-10", "2026-06-31", "2026-6-1",
        "0001-01-01T00:00", "9999-12-31T23:59", "2026-03-08T02:30", "2026-11-01T01:30", "2026-06-30T23:59:60", "2026-06-30T24:00", "2026-06-30T25:00", "2026-06-30 12:00",
        "2026-06-30T12:00Z", "2026-06-30T12:00+99:99", "2026-06-30T12:00+23:59", "2026-W27-1", "2026-181", "20260630", "20260630T1200", "06/30/2026", "30/06/2026", "today", "demain",
        "2026-06-30T12", "2026-06-30T12:00:00.0000001", "1e10", "253402300800", "-62135596801", "２０２６-06-30", "2026-06-30T", "T12:00", "2026‑06‑30", "12:00", "America/Nowhere", "../UTC",
    ]  # fmt: skip


def paths() -> list[str]:
    ups = ["../" * 8 + "etc/passwd", "..\\" * 8 + "windows\\win.ini", "....//....//etc/passwd", "%2e%2e%2fetc%2fpasswd", "..%252f..%252fetc", "..%c0%af..%c0%afetc", "/etc/passwd", "C:\\con", "\\\\zq7\\share"]
    urls = [
        "http://127.0.0.1:1/",
        "http://[::1]/",
        "http://169.254.169.254/latest/",
        "http://0x7f000001/",
        "http://2130706433/",
        "http://localhost@zq7/",
        "https://github.com@zq7/a/b/pull/1",
        "https://github.com.zq7/a/b/pull/1",
        "https://github.com\\@zq7/a",
        "https://github.com/a/b/pull/1/../../../../user",
        "https://github.com/a/b/pull/%2e%2e",
        "gopher://127.0.0.1:6379/_",
        "file:///etc/passwd",
        "ftp://zq7/",
        "//zq7/",
        "///zq7",
        "/\\zq7",
        "\\/zq7",
        "https:zq7",
        "https:///zq7",
        "http://zq7:99999/",
        "http://[zq7",
        "http://zq7/%00",
        "mailto:a@zq7?bcc=b@zq7",
        "javascript://zq7/%0azq7()",
    ]
    names = [".", "..", "...", "con", "nul", ".htaccess", "a/b", "a\\b", "~", "~root", "-rf", "--help", "*", "a" * 300 + ".txt", "\x00.txt", "a.txt\x00.exe"]
    mail = ["a@b", "@", "a@@b.c", "a@b.c\r\nBcc: z@zq7", '"a"@b.example', "a@[127.0.0.1]", "a@b..c", "é@é.example", "a" * 300 + "@b.example", "a@" + "b" * 300 + ".example", "a b@c.example", "<a@b.example>", "a@b.example,c@d.example", "a%00@b.example"]
    return [*ups, *urls, *names, *mail]


def breaks() -> list[str]:
    ends = ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "%0d%0a", "\\r\\n", "\u560d\u560a"]
    lines = ["Set-Cookie: zq7=1", "X-Zq7: 1", "Bcc: z@zq7.example", "\r\n<zq7>", '{"event":"forged"}', ".", "DATA"]
    return [f"a{end}{line}" for end, line in itertools.product(ends, lines)]


def nothing() -> list[str]:
    return ["", " ", "\t", "\n", "\x00", "\x00" * 10, "a\x00b", "\x01", "\x07", "\x08", "\x1b[31m", "\x1b]0;a\x07", "\x7f", "\x80", "\x9b", "\u00a0", "\u3000", " a ", "\r", *(chr(sign) for sign in range(14, 27))]


def long() -> list[str]:
    return ["a" * 65_536, "é" * 30_000, "a " * 30_000, "🦦" * 10_000, "\n" * 20_000, "<" * 20_000, "&" * 20_000, "a" * 255, "a" * 256, "a" * 121, "%" * 5_000, "'" * 5_000, "\\" * 5_000, "0" * 65_536, "a,b;" * 5_000]


def structures() -> list[str]:
    return [
        "[" * 2_000, '{"a":' * 1_000, '{"$ne":null}', '{"__proto__":{"zq7":1}}', "a[]=1", "a=1&a=2", "a;b", "!!python/object/apply:os.system ['id']", "&a [*a]", "*a", "--- a\n--- b", "- " * 500,
        "=1+1", "+1+1", "-1+1", "@SUM(1)", "=cmd|' /C calc'!A1", "\t=1+1", '=HYPERLINK("http://zq7")', "BEGIN:VCALENDAR", "END:VEVENT\r\nBEGIN:VEVENT", "TRUE", "#include", '#import "a"', "#sys.inputs", "$x$", "\\input{a}",
        "(a+)+$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(?P<a>", "[", "*)(uid=*", "(|(a=*))", "/*[1]", "' or ''='", "<xsl:value-of/>", 'O:1:"a":0:{}', "gASVAAAAAA==", "rO0ABQ==", "eyJhbGciOiJub25lIn0.e30.",
    ]  # fmt: skip


FAMILIES = {
    make.__name__: make()
    for make in (
        quotes, sql, templates, formats, markup, markdown, unicode, numbers, dates, paths, breaks, nothing, long, structures,
    )
}  # fmt: skip
CORPUS = tuple(dict.fromkeys(itertools.chain.from_iterable(FAMILIES.values())))
