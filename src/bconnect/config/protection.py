"""What keeps the web UI's visitors safe: https, cookies, sessions, and what a page may load."""

from typing import Any

from bconnect.config.environment import Environment

A_DAY_S = 86_400

# The theme's pages hold no script of their own, so none has to be allowed in a page, and HTML that slips in can't
# run one. Alpine.js, on which the theme is built, evaluates the expressions in its attributes: 'unsafe-eval'. The
# theme's colours and its moving parts are styles in the page: 'unsafe-inline', for styles alone.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'unsafe-eval'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
}

SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # HSTS for all subdomains: they are the firm's, not ours to promise https for
    "security.W019",  # frames of the same site: Unfold from 0.92 on shows "add another" in one
    "security.W021",  # the browsers' preload list: a decision about the whole domain
]


def settings(env: Environment) -> dict[str, Any]:
    """Django's settings of that, from `BCONNECT_HTTPS`, `BCONNECT_HSTS_SECONDS`, `BCONNECT_SESSION_HOURS`."""
    https = env.flag("BCONNECT_HTTPS", default=False)
    hsts_s = env.number("BCONNECT_HSTS_SECONDS", A_DAY_S, at_least=0)
    hours = env.number("BCONNECT_SESSION_HOURS", 12, at_least=1)
    return {
        "SECURE_SSL_REDIRECT": https,
        # Asked by machines on the inside, without TLS; and a POST does not survive a redirect.
        "SECURE_REDIRECT_EXEMPT": [r"^(healthz|readyz|metrics)$", r"^api/"],
        "SECURE_HSTS_SECONDS": hsts_s if https else 0,
        "SESSION_COOKIE_SECURE": https,
        "CSRF_COOKIE_SECURE": https,
        "SESSION_COOKIE_AGE": hours * 3600,
        "X_FRAME_OPTIONS": "SAMEORIGIN",
        "CONTENT_SECURITY_POLICY": CONTENT_SECURITY_POLICY,
        "SILENCED_SYSTEM_CHECKS": SILENCED_SYSTEM_CHECKS,
    }
