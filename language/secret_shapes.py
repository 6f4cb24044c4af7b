"""The published shapes of well-known services' secrets: one table, one row a shape.

A row has the kind (which the placeholder shows), the literals of which one must occur before the pattern is tried, and
the pattern. Patterns begin where no word character stands before, have bounded or possessive-like classes only, and so
take time linear in the text. The shapes are those the services document or that their own scanners announce; lengths
are lower bounds where a service has lengthened its tokens before. Identifiers that are public by design (a Stripe
publishable key, an account id, a project key meant for browsers) are not in the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .secret_values import is_blank
from .secret_view import Secret, View


class Shape(NamedTuple):
    """One published shape. The secret is group 1 where there is one, else the whole match."""

    kind: str
    pattern: re.Pattern[str]


_B = r"(?<![A-Za-z0-9_])"  # nothing of a word before
_E = r"(?![A-Za-z0-9_])"  # nothing of a word after
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

# kind, how it begins (several separated by a space; nothing where it begins with any of a class), pattern without the
# boundaries
_TABLE: tuple[tuple[str, str, str], ...] = (
    # everywhere
    ("jwt", "eyJ", r"(?<![.-])eyJ[\w-]{8,4000}\.eyJ[\w-]{8,8000}\.[\w-]{0,2000}"),
    (  # encrypted: five parts
        "jwt",
        "eyJ",
        r"(?<![.-])eyJ[\w-]{8,4000}\.[\w-]{0,1000}\.[\w-]{8,100}\.[\w-]{8,8000}\.[\w-]{8,100}",
    ),
    # model providers
    ("anthropic-key", "sk-ant-", r"sk-ant-[a-z0-9]{2,12}-[\w-]{24,200}"),
    ("openrouter-key", "sk-or-", r"sk-or-(?:v\d-)?[0-9a-f]{40,128}"),
    ("langfuse-key", "sk-lf-", rf"sk-lf-{_UUID}"),
    ("openai-key", "sk-proj- sk-svcacct- sk-admin- sk-None-", r"sk-(?:proj|svcacct|admin|None)-[\w-]{20,250}"),
    ("openai-key", "sk-", r"sk-[A-Za-z0-9]{15,40}T3BlbkFJ[A-Za-z0-9]{15,40}"),
    ("model-key", "sk-", r"sk-(?=[A-Za-z0-9]{0,30}\d)[A-Za-z0-9]{32,64}"),
    ("huggingface-token", "hf_ api_org_", r"(?:hf_|api_org_)[A-Za-z0-9]{30,40}"),
    ("replicate-token", "r8_", r"r8_[A-Za-z0-9_-]{37,40}"),
    ("groq-key", "gsk_", r"gsk_[A-Za-z0-9]{48,56}"),
    ("xai-key", "xai-", r"xai-[A-Za-z0-9_]{70,90}"),
    ("perplexity-key", "pplx-", r"pplx-[A-Za-z0-9]{40,56}"),
    ("fireworks-key", "fw_", r"fw_(?=[A-Za-z]{0,21}\d)[A-Za-z0-9]{22,32}"),
    ("together-key", "tgp_v1_", r"tgp_v1_[\w-]{36,60}"),
    ("cerebras-key", "csk-", r"csk-[a-z0-9]{40,60}"),
    ("nvidia-key", "nvapi-", r"nvapi-[\w-]{50,80}"),
    ("langsmith-key", "lsv2_", r"lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{8,12}"),
    ("pinecone-key", "pcsk_", r"pcsk_[A-Za-z0-9_]{40,90}"),
    ("tavily-key", "tvly-", r"tvly-(?:dev-|prod-)?[A-Za-z0-9]{28,48}"),
    ("voyage-key", "pa-", r"pa-(?=[\w-]{0,42}\d)(?=[\w-]{0,42}[A-Z])[\w-]{40,50}"),
    ("jina-key", "jina_", r"jina_[0-9a-f]{32}[A-Za-z0-9_-]{20,40}"),
    ("elevenlabs-key", "sk_", r"sk_[0-9a-f]{48}"),
    ("firecrawl-key", "fc-", r"fc-[0-9a-f]{32}"),
    # cloud
    ("aws-key", "AKIA ASIA ABIA ACCA", r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}"),
    (
        "aws-bedrock-key",
        "ABSK bedrock-api-key-",
        r"(?:ABSK[A-Za-z0-9+/]{100,280}={0,2}|bedrock-api-key-[A-Za-z0-9+/=]{20,2000})",
    ),
    ("google-key", "AIza", r"AIza[0-9A-Za-z_-]{35}"),
    ("google-oauth", "GOCSPX-", r"GOCSPX-[A-Za-z0-9_-]{28}"),
    ("google-oauth", "ya29.", r"ya29\.[0-9A-Za-z_-]{20,2000}"),
    ("google-oauth", "1//0", r"1//0[A-Za-z0-9_-]{35,120}"),
    ("azure-client-secret", "", r"[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{31,34}"),
    ("azure-devops-token", "", r"[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}"),
    ("alibaba-key", "LTAI", r"LTAI[A-Za-z0-9]{12,24}"),
    ("tencent-key", "AKID", r"AKID[A-Za-z0-9]{28,40}"),
    ("digitalocean-token", "dop_v1_ doo_v1_ dor_v1_", r"do[opr]_v1_[0-9a-f]{64}"),
    ("cloudflare-key", "v1.0-", r"v1\.0-[0-9a-f]{24}-[0-9a-f]{100,160}"),
    ("cloudflare-key", "cfut_ cfat_ cfk_", r"cf(?:ut|at|k)_[A-Za-z0-9]{36,60}"),
    ("heroku-key", "HRKU-", rf"HRKU-(?:AA[\w-]{{50,70}}|{_UUID})"),
    ("fly-token", "fo1_ fm1r_ fm1a_ fm2_", r"(?:fo1_[\w-]{40,50}|fm(?:1[ar]|2)_[A-Za-z0-9+/=]{60,2000})"),
    ("vercel-token", "vcp_ vci_ vca_ vcr_ vck_", r"vc[piark]_[A-Za-z0-9]{24,64}"),
    ("netlify-token", "nfp_ nfo_ nfc_", r"nf[poc]_[A-Za-z0-9]{36,44}"),
    ("render-key", "rnd_", r"rnd_(?=[A-Za-z]{0,27}\d)[A-Za-z0-9]{28,40}"),
    ("supabase-key", "sbp_ sb_secret_", r"(?:sbp_[0-9a-f]{40}|sb_secret_[\w-]{28,48})"),
    ("planetscale-token", "pscale_", r"pscale_(?:tkn|pw|oauth)_[\w.=-]{32,64}"),
    ("neon-key", "napi_", r"napi_[a-z0-9]{60,70}"),
    ("databricks-token", "dapi dose", r"d(?:api|ose)[0-9a-f]{32}(?:-\d)?"),
    ("vault-token", "hvs. hvb. hvr.", r"hv[sbr]\.[\w-]{24,300}"),
    ("terraform-token", "", r"[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,70}"),
    ("doppler-token", "dp.", r"dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}"),
    ("pulumi-token", "pul-", r"pul-[0-9a-f]{40}"),
    ("onepassword-token", "ops_eyJ", r"ops_eyJ[A-Za-z0-9+/=_-]{100,2000}"),
    ("onepassword-key", "A3-", r"A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}"),
    ("age-key", "AGE-SECRET-KEY-", r"AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
    ("yandex-key", "AQVN t1.", r"(?:AQVN[\w-]{35,38}|t1\.[A-Z0-9a-z_-]{10,300}={0,2}\.[A-Za-z0-9_-]{80,90}={0,2})"),
    # where code lives
    ("github-token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9]{36,251}"),
    ("github-token", "github_pat_", r"github_pat_[A-Za-z0-9]{20,24}_[A-Za-z0-9]{50,64}"),
    (
        "gitlab-token",
        "glpat- gldt- glrt- glrtr- glcbt- glptt- glft- glimt- glagent- glsoat- glffct- gloas-",
        r"gl(?:pat|dt|rtr?|cbt|ptt|ft|imt|agent|soat|ffct|oas)-[\w.-]{20,300}",
    ),
    ("gitlab-token", "GR1348941", r"GR1348941[\w-]{20,24}"),
    ("bitbucket-token", "ATBB ATCTT3", r"(?:ATBB[A-Za-z0-9]{28,40}|ATCTT3[\w=-]{60,300})"),
    ("atlassian-token", "ATATT3", r"ATATT3[A-Za-z0-9_=-]{60,300}"),
    ("sourcegraph-token", "sgp_ slk_", r"(?:sgp_(?:[0-9a-f]{16}_|local_)?[0-9a-f]{40}|slk_[0-9a-f]{64})"),
    # package registries
    ("npm-token", "npm_", r"npm_[A-Za-z0-9]{36}"),
    ("pypi-token", "pypi-AgE", r"pypi-AgE[\w-]{50,1000}"),
    ("rubygems-key", "rubygems_", r"rubygems_[0-9a-f]{48}"),
    ("crates-token", "cio", r"cio[A-Za-z0-9]{32}"),
    ("nuget-key", "oy2", r"oy2[a-z0-9]{43}"),
    ("docker-token", "dckr_", r"dckr_(?:pat|oat)_[\w-]{24,40}"),
    ("clojars-token", "CLOJARS_", r"CLOJARS_[0-9a-z]{60}"),
    ("jfrog-token", "AKCp cmVmdGtu", r"(?:AKCp[A-Za-z0-9]{65,75}|cmVmdGtu[A-Za-z0-9]{52,60})"),
    # chat and mail
    ("slack-token", "xox", r"xox[abcdeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{10,250}"),
    ("slack-token", "xapp-", r"xapp-\d-[A-Z0-9]{8,14}-\d{8,16}-[0-9a-f]{40,70}"),
    (
        "slack-webhook",
        "hooks.slack.com/",
        r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9+/_-]{20,90})",
    ),
    ("discord-token", "", r"[MNO][A-Za-z\d_-]{23,25}\.[\w-]{6}\.[\w-]{27,38}"),
    ("discord-webhook", "discord", r"discord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks/(\d{17,20}/[\w-]{60,68})"),
    ("telegram-token", "", r"(?<=\d{8}:)AA[\w-]{32,35}"),
    ("teams-webhook", "webhookb2/ IncomingWebhook/", r"(?:webhookb2|IncomingWebhook)/([\w@/-]{60,250})"),
    ("twilio-key", "SK", r"SK[0-9a-f]{32}"),
    ("sendgrid-key", "SG.", r"SG\.[\w-]{20,24}\.[\w-]{39,50}"),
    ("mailgun-key", "key-", r"key-[0-9a-f]{32}"),
    ("mailchimp-key", "", r"[0-9a-f]{32}-us\d{1,2}"),
    ("brevo-key", "xkeysib- xsmtpsib-", r"x(?:key|smtp)sib-[0-9a-f]{64}-[A-Za-z0-9]{16}"),
    ("resend-key", "re_", r"re_[A-Za-z0-9]{6,12}_[A-Za-z0-9]{20,28}"),
    # payment and commerce
    (
        "stripe-key",
        "sk_live_ sk_test_ rk_live_ rk_test_ sk_prod_ rk_prod_",
        r"[sr]k_(?:live|test|prod)_[A-Za-z0-9]{10,250}",
    ),
    ("webhook-secret", "whsec_", r"whsec_[A-Za-z0-9+/]{24,80}={0,2}"),
    ("square-token", "sq0 EAAA", r"(?:sq0[a-z]{3}-[\w-]{22,43}|EAAA[\w-]{60})"),
    ("paypal-token", "access_token$", r"access_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32}"),
    ("shopify-token", "shpat_ shpca_ shppa_ shpss_", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    ("razorpay-key", "rzp_", r"rzp_(?:live|test)_[A-Za-z0-9]{14,20}"),
    ("plaid-token", "access-", rf"access-(?:sandbox|development|production)-{_UUID}"),
    ("flutterwave-key", "FLWSECK", r"FLWSECK(?:_TEST)?-[0-9a-zA-Z]{12,40}(?:-X)?"),
    ("adyen-key", "AQE", r"AQE[a-z][A-Za-z0-9+/]{80,400}={0,2}-[A-Za-z0-9+/=]{30,60}-[^\s\"']{10,20}"),
    ("easypost-key", "EZAK EZTK", r"EZ[AT]K[A-Za-z0-9]{54}"),
    ("shippo-token", "shippo_", r"shippo_(?:live|test)_[0-9a-fA-F]{40}"),
    ("duffel-token", "duffel_", r"duffel_(?:test|live)_[\w=-]{40,46}"),
    # watching and operating
    ("newrelic-key", "NRAK- NRII- NRRA- NRIQ-", r"NR(?:AK|II|RA|IQ)-[A-Za-z0-9_-]{24,44}"),
    ("grafana-token", "glc_ glsa_", r"(?:glc_[A-Za-z0-9+/]{32,400}={0,2}|glsa_[A-Za-z0-9]{32}_[0-9a-fA-F]{8})"),
    ("sentry-token", "sntrys_ sntryu_", r"(?:sntrys_eyJ[A-Za-z0-9+/=_]{40,400}|sntryu_[0-9a-f]{64})"),
    ("honeycomb-key", "hc", r"hc[a-z](?:ik|mk|lk)_[a-z0-9]{50,62}"),
    ("dynatrace-token", "dt0", r"dt0[a-z]\d{2}\.[A-Z0-9]{8,24}\.[A-Z2-7]{60,68}"),
    ("posthog-key", "phx_", r"phx_[A-Za-z0-9]{40,50}"),
    ("circleci-token", "CCIPAT_ CCIPRJ_", r"CCI(?:PAT|PRJ)_[A-Za-z0-9]{20,24}_[0-9a-f]{40}"),
    ("buildkite-token", "bkua_ bkct_ bkpt_", r"bk(?:ua|ct|pt)_[0-9a-zA-Z]{36,64}"),
    ("sonar-token", "squ_ sqp_ sqa_", r"sq[pua]_[0-9a-f]{40}"),
    ("infracost-key", "ico-", r"ico-[A-Za-z0-9]{32}"),
    ("prefect-key", "pnu_ pnb_", r"pn[ub]_[A-Za-z0-9]{36}"),
    ("tailscale-key", "tskey-", r"tskey-(?:[a-z]{2,10}-)?[A-Za-z0-9]{10,24}-[A-Za-z0-9]{20,40}"),
    ("launchdarkly-key", "sdk- mob- api-", rf"(?:sdk|mob|api)-{_UUID}"),
    ("ngrok-key", "ak_ cr_", r"(?:ak|cr)_(?=[A-Za-z]{0,26}\d)[A-Za-z0-9]{27}"),
    ("netbird-token", "nbp_", r"nbp_[A-Za-z0-9]{36,40}"),
    # offices and the rest
    ("linear-key", "lin_", r"lin_(?:api_[A-Za-z0-9]{40}|oauth_[0-9a-f]{64})"),
    ("notion-token", "ntn_ secret_", r"(?:ntn_[A-Za-z0-9]{40,50}|secret_[A-Za-z0-9]{43})"),
    ("airtable-token", "pat", r"pat[A-Za-z0-9]{14}\.[0-9a-f]{64}"),
    ("asana-token", "", r"(?<=\d{12}:)[0-9a-f]{32}"),
    ("figma-token", "figd_ figp_", r"fig[dp]_[\w-]{38,48}"),
    ("contentful-token", "CFPAT-", r"CFPAT-[\w-]{40,46}"),
    ("mapbox-token", "sk.eyJ", r"sk\.eyJ[\w-]{30,160}\.[\w-]{20,40}"),
    ("facebook-token", "EAA", r"EAA[A-Za-z]{1,6}[A-Za-z0-9]{80,300}"),
    ("twitter-bearer", "AAAAAAAAAAAAAAAAAAAA", r"A{20,24}[A-Za-z0-9%]{60,140}"),
    ("dropbox-token", "sl.", r"sl\.(?:u\.)?[\w-]{100,2000}"),
    ("typeform-token", "tfp_", r"tfp_[\w.=-]{40,64}"),
    ("hubspot-token", "pat-", rf"pat-(?:na|eu|ap)\d-{_UUID}"),
    ("postman-key", "PMAK-", r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    ("readme-key", "rdme_", r"rdme_[a-z0-9]{70}"),
    ("frameio-token", "fio-u-", r"fio-u-[\w=-]{60,68}"),
    ("clickhouse-key", "4b1d", r"4b1d[A-Za-z0-9]{38}"),
    ("zuplo-key", "zpka_", r"zpka_[A-Za-z0-9]{24,40}_[0-9a-f]{8}"),
    ("svix-key", "testsk_", r"testsk_[\w.-]{30,60}"),
)


def _by_head() -> dict[str, list[Shape]]:
    headed: dict[str, list[Shape]] = {}
    for kind, heads, pattern in _TABLE:
        shape = Shape(kind, re.compile(f"{_B}{pattern}{_E}"))
        for head in heads.split() or [""]:
            headed.setdefault(head, []).append(shape)
    # what begins with a longer head begins with a shorter one, too
    return {head: [it for other, its in headed.items() if head.startswith(other) for it in its] for head in headed}


def _trie(heads: Iterable[str]) -> str:
    """Given words, return a pattern for the longest of them that stands somewhere; it looks at each character once."""
    tails: dict[str, list[str]] = {}
    for head in heads:
        if head:
            tails.setdefault(head[0], []).append(head[1:])
    return "|".join(
        re.escape(first) + (f"(?:{_trie(rest)}){'?' if '' in rest else ''}" if any(rest) else "")
        for first, rest in tails.items()
    )


_HEADED = _by_head()
_HEAD = re.compile(
    f"{_B}(?:(?P<head>{_trie(_HEADED)})|{'|'.join(pattern for _, heads, pattern in _TABLE if not heads)})"
)


def shaped(view: View) -> Iterator[Secret]:
    """Given texts, return what has a published shape."""
    flat = view.flat
    for start, end in view.runs:
        head = _HEAD.search(flat, start, end)
        while head:
            secret = _shape_at(view, head.start(), head["head"] or "")
            if secret:
                yield secret
            head = _HEAD.search(flat, secret.end if secret else head.start() + 1, end)


def _shape_at(view: View, place: int, head: str) -> Secret | None:
    last = view.end_of(place)
    for shape in _HEADED[head]:
        match = shape.pattern.match(view.flat, place, last)
        if match:
            group = 1 if shape.pattern.groups else 0
            if not is_blank(match[group]):
                return Secret(*match.span(group), shape.kind)
    return None
