"""Content-Security-Policies: strict everywhere, wider only where a page needs it."""


def _policy(**directives: str) -> str:
    return "; ".join(f"{name.replace('_', '-')} {value}" for name, value in directives.items())


STRICT = _policy(
    default_src="'none'",
    style_src="'self'",
    img_src="'self'",
    form_action="'none'",
    frame_ancestors="'none'",
    base_uri="'none'",
)
# Unfold's Alpine compiles expressions, which needs unsafe-eval; its widgets set inline styles.
# Pictures of products may live at any https address.
ADMIN = _policy(
    default_src="'self'",
    script_src="'self' 'unsafe-eval'",
    style_src="'self' 'unsafe-inline'",
    img_src="'self' data: blob: https:",
    object_src="'none'",
    form_action="'self'",
    frame_ancestors="'none'",
    base_uri="'self'",
)
# Swagger UI and Redoc come from our own static files; Redoc searches in a blob worker.
DOCS = _policy(
    default_src="'none'",
    script_src="'self'",
    style_src="'self' 'unsafe-inline'",
    img_src="'self' data:",
    font_src="'self' data:",
    connect_src="'self'",
    worker_src="'self' blob:",
    form_action="'self'",
    frame_ancestors="'none'",
    base_uri="'none'",
)
# The pages for shoppers ask the API for suggestions. Pictures may live at any https address.
STOREFRONT = _policy(
    default_src="'none'",
    script_src="'self'",
    style_src="'self'",
    img_src="'self' https:",
    connect_src="'self'",
    form_action="'self'",
    frame_ancestors="'none'",
    base_uri="'none'",
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

BY_PAGE = {"/docs": DOCS, "/redoc": DOCS}


def policy_for(path: str) -> str:
    if path.startswith("/admin"):
        return ADMIN
    return BY_PAGE.get(path, STRICT)


def embeds_for(path: str) -> str:
    """Who may embed what is there: pictures belong into storefronts, all else into our own pages.

    Scripts that may read an answer by CORS are not concerned: this is about those that may not.
    """
    return "cross-origin" if path.startswith("/media/") else "same-origin"
