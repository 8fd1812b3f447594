"""A browser in plain words, from what it says of itself; names alone, so that they read alike in both languages."""

BROWSERS = (
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("samsungbrowser", "Samsung Internet"),
    ("firefox", "Firefox"),
    ("fxios", "Firefox"),
    ("crios", "Chrome"),
    ("chrome", "Chrome"),
    ("chromium", "Chromium"),
    ("safari", "Safari"),
)
SYSTEMS = (
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("android", "Android"),
    ("windows", "Windows"),
    ("cros", "ChromeOS"),
    ("mac os", "Mac"),
    ("linux", "Linux"),
)


def in_words(agent: str) -> str:
    """Name browser and system (`Firefox, Linux`); empty where neither is known. Nothing that was sent is kept."""
    said = agent.lower()
    found = (next((word for sign, word in table if sign in said), "") for table in (BROWSERS, SYSTEMS))
    return ", ".join(word for word in found if word)
