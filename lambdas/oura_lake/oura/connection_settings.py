"""The machine's settings for requests: addresses, proxies and certificates.

They are read here alone, once for each client. A wrong setting raises SettingsWrong with its name.
"""

import os
import ssl
import sys
from importlib.util import find_spec
from ipaddress import ip_address, ip_network
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from oura_lake.errors import SettingsWrong

LAST_PORT = 65_535
SOCKS = ("socks5", "socks5h")
TLS_SETTINGS = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")


def address(text: str, setting: str, example: str) -> httpx.URL:
    """Address in a setting, which requests must be able to go to; raises SettingsWrong."""
    try:
        url = httpx.URL(text)
        if url.scheme in ("http", "https") and _is_reachable(url):
            return url
    except (httpx.InvalidURL, ValueError):
        pass
    raise SettingsWrong(f"{text!r} is no address of a server", f"set {setting} to one such as {example}")


def _is_reachable(url: httpx.URL) -> bool:
    """Return whether an address has a host and a port that can be used; raises UnicodeError for a name that cannot."""
    return bool(url.host.encode("idna")) and (url.port or 1) <= LAST_PORT


def tls_context() -> ssl.SSLContext:
    """Certificates to trust; raises SettingsWrong where the environment names a file of them that cannot be read."""
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        named = " and ".join(f"{name} ({os.environ[name]})" for name in TLS_SETTINGS if os.environ.get(name))
        raise SettingsWrong(
            f"The certificates to trust cannot be read: {error.strerror or error}",
            f"set {named or 'SSL_CERT_FILE'} to a file that exists, or unset it",
        ) from error


def proxy_for(url: httpx.URL) -> httpcore.Proxy | None:
    """Proxy of this machine for a server; raises SettingsWrong."""
    known = getproxies()
    scheme = url.scheme if known.get(url.scheme) else "all"
    text = known.get(scheme, "").strip()
    if not text or _is_without_proxy(url.host, known.get("no", "")):
        return None
    return _proxy(text if "://" in text else f"http://{text}", f"{scheme.upper()}_PROXY")


def _proxy(text: str, setting: str) -> httpcore.Proxy:
    """Proxy in a setting; raises SettingsWrong without the setting's value, since a password may be in it."""
    try:
        found = httpx.Proxy(text)
        is_usable = _is_reachable(found.url)
    except (httpx.InvalidURL, ValueError):
        is_usable = False
    if not is_usable:
        raise SettingsWrong(
            f"{setting} is no address of a proxy",
            "set it to one such as http://proxy.example:8080 or socks5://proxy.example:1080, or unset it",
        )
    if found.url.scheme in SOCKS and find_spec("socksio") is None:
        raise SettingsWrong(
            f"{setting} names a SOCKS proxy, for which the package socksio is missing",
            f"run `{sys.executable} -m pip install socksio`, or unset it",
        )
    at = httpcore.URL(scheme=found.url.raw_scheme, host=found.url.raw_host, port=found.url.port, target=b"/")
    tls = tls_context() if found.url.scheme == "https" else None
    return httpcore.Proxy(url=at, auth=found.raw_auth, headers=found.headers.raw, ssl_context=tls)


def _is_without_proxy(host: str, no_proxy: str) -> bool:
    """Return whether NO_PROXY names a host: by name or domain, or by an address in brackets, bare or in a network."""
    if proxy_bypass(host) or (":" in host and proxy_bypass(f"[{host}]")):
        return True
    return any(_is_in(host, part.strip()) for part in no_proxy.split(","))


def _is_in(host: str, network: str) -> bool:
    try:
        return ip_address(host) in ip_network(network, strict=False)
    except ValueError:
        return False
