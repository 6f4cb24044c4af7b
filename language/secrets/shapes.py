"""The published shapes of well-known services' secrets: one table, one row a shape.

A row has the kind (which the placeholder shows), the heads with which the shape begins (nothing where it begins with
any of a class), and the pattern without the boundaries. Patterns begin where no word character stands before, have
bounded or possessive-like classes only, and so take time linear in the text. The shapes are those the services document
or that their own scanners announce; lengths are lower bounds where a service has lengthened its tokens before.
Identifiers that are public by design (a Stripe publishable key, an account id, a project key meant for browsers) are
not in the table.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple


class Shape(NamedTuple):
    """One published shape. The secret is group 1 where there is one, else the whole match."""

    kind: str
    pattern: re.Pattern[str]


BEFORE = r"(?<![A-Za-z0-9_])(?<!sha\d{3}[=:-])"  # nothing of a word before, nor what says that a hash follows
_AFTER = r"(?![A-Za-z0-9_+])"  # nothing of a word after
# base64 of "-----BEGIN ... PRIVATE KEY" after its first ten bytes, by what stands between
_PRIVATE_64 = "BQUklWQVRF|BSU0EgUFJJVkFUR|BFQyBQUklWQVRF|BPUEVOU1NIIFBSSVZBVE|BFTkNSWVBURUQgUFJJVkFUR|BEU0EgUFJJVkFUR"
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

# kind, heads (separated by a space), pattern
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
    ("replicate-token", "r8_", r"r8_[A-Za-z0-9]{37,40}"),
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
    ("openai-key", "sess-", r"sess-[A-Za-z0-9]{40}"),
    ("anyscale-key", "esecret_", r"esecret_[a-z0-9]{20,60}"),
    ("brave-key", "BSA", r"BSA[A-Za-z0-9_-]{27,30}"),
    ("e2b-key", "e2b_", r"e2b_[0-9a-f]{40}"),
    ("modal-token", "ak- as-", r"a[ks]-[A-Za-z0-9]{22}"),
    ("runpod-key", "rpa_", r"rpa_[A-Za-z0-9]{38,52}"),
    ("wandb-key", "wandb_v1_", r"wandb_v1_[A-Za-z0-9_]{60,100}"),
    ("mem0-key", "m0-", r"m0-[A-Za-z0-9]{38,44}"),
    ("zhipu-key", "", r"[0-9a-f]{32}\.[A-Za-z0-9]{16}"),
    ("cursor-key", "key_ crsr_", r"(?:key|crsr)_[0-9a-f]{64}"),
    ("apify-token", "apify_api_", r"apify_api_[A-Za-z0-9]{34,40}"),
    ("browserbase-key", "bb_live_ bb_test_", r"bb_(?:live|test)_[\w-]{24,40}"),
    # cloud
    ("aws-key", "AKIA ASIA", r"(?:AKIA|ASIA)[A-Z2-7]{16}[\s,;:|\"']{1,6}[A-Za-z0-9/+]{40}"),
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
    ("aws-appsync-key", "da2-", r"da2-[a-z0-9]{26}"),
    ("aws-mws-token", "amzn.mws.", rf"amzn\.mws\.{_UUID}"),
    ("google-session", "g.a000", r"g\.a000[\w-]{60,300}"),
    ("astra-token", "AstraCS:", r"AstraCS:[A-Za-z0-9]{20,30}:[0-9a-f]{60,68}"),
    ("ngrok-token", "", r"2[A-Za-z0-9]{26}_[A-Za-z0-9]{18,24}"),
    ("azure-key", "", r"[A-Za-z0-9]{52}JQQJ9[A-Za-z0-9]{27}"),
    ("backblaze-key", "K00", r"K00\d[A-Za-z0-9+/]{27}"),
    ("mongodb-key", "mdb_sa_sk_", r"mdb_sa_sk_[\w-]{36,50}"),
    ("cockroach-key", "CCDB1_", r"CCDB1_[A-Za-z0-9]{20,24}_[A-Za-z0-9]{38,44}"),
    ("aiven-token", "AVNS_ aivenv1_", r"(?:AVNS_[\w-]{16,24}|aivenv1_[\w-]{30,120})"),
    ("elastic-key", "essu_", r"essu_[A-Za-z0-9+/]{40,120}={0,2}"),
    ("xata-key", "xau_", r"xau_[A-Za-z0-9]{30,60}"),
    ("deno-token", "ddp_ ddo_", r"dd[op]_[A-Za-z0-9]{36,44}"),
    ("tigris-key", "tsec_", r"tsec_[\w+/-]{40,100}"),
    ("akamai-token", "akab-", r"akab-[a-z0-9]{16}-[a-z0-9]{16}"),
    ("infisical-token", "st.", r"st\.[0-9a-f-]{24,36}\.[0-9a-f]{32,64}(?:\.[0-9a-f]{32,64})?"),
    ("cloudflare-tunnel", "eyJhIjoi", r"eyJhIjoi[A-Za-z0-9+/_-]{100,400}={0,2}"),
    ("base64-private-key", "LS0tLS1CRUdJTi", rf"LS0tLS1CRUdJTi(?:{_PRIVATE_64})[A-Za-z0-9+/]{{40,20000}}={{0,2}}"),
    ("stellar-seed", "S", r"S[A-Z2-7]{55}"),
    ("bitcoin-key", "xprv yprv zprv", r"[xyz]prv[1-9A-HJ-NP-Za-km-z]{107,108}"),
    ("nostr-key", "nsec1", r"nsec1[02-9ac-hj-np-z]{58}"),
    ("sui-key", "suiprivkey1", r"suiprivkey1[02-9ac-hj-np-z]{58,70}"),
    ("bitcoin-key", "K L", r"(?<![+/=])[KL][1-9A-HJ-NP-Za-km-z]{51}(?![+/=])"),
    ("nats-seed", "SU SA SO SC SN", r"S[UAOCN][A-Z2-7]{56}"),
    ("upcloud-token", "ucat_", r"ucat_[A-Z0-9]{20,40}"),
    ("scalingo-token", "tk-", r"tk-[a-z]{2}-[\w-]{40,60}"),
    ("yandex-token", "y0_", r"y0_[\w-]{50,80}"),
    ("fauna-secret", "fnA fnE fnF", r"fn[AEF][\w-]{37,60}"),
    ("materialize-password", "mzp_", r"mzp_[0-9a-f]{60,68}"),
    ("k3s-token", "K10", r"K10[0-9a-f]{64}::[a-z]{2,20}:[0-9a-f.]{16,80}"),
    (
        "registry-config",
        "eyJhdXRocyI6 ewogICJhdXRocyI6 ewogICAgImF1dGhzIjog",
        r"(?:eyJhdXRocyI6|ewogICJhdXRocyI6|ewogICAgImF1dGhzIjog)[A-Za-z0-9+/]{20,8000}={0,2}",
    ),
    # where code lives
    ("github-token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9]{36,251}"),
    ("github-token", "github_pat_", r"github_pat_[A-Za-z0-9]{20,24}_[A-Za-z0-9]{50,64}"),
    (
        "gitlab-token",
        "glpat- gldt- glrt- glrtr- glcbt- glptt- glft- glimt- glagent- glsoat- glffct- gloas-",
        r"gl(?:pat|dt|rtr?|cbt|ptt|ft|imt|agent|soat|ffct|oas)-[\w.-]{20,300}",
    ),
    ("gitlab-token", "GR1348941", r"GR1348941[\w-]{20,24}"),
    ("bitbucket-token", "BBDC-", r"BBDC-[A-Za-z0-9+/]{40,48}={0,2}"),
    ("jenkins-token", "11", r"11(?=\d{0,31}[a-f])[0-9a-f]{32}"),
    ("bitbucket-token", "ATBB ATCTT3", r"(?:ATBB[A-Za-z0-9]{28,40}|ATCTT3[\w=-]{60,300})"),
    ("atlassian-token", "ATATT3", r"ATATT3[A-Za-z0-9_=-]{60,300}"),
    ("sourcegraph-token", "sgp_ slk_", r"(?:sgp_(?:[0-9a-f]{16}_|local_)?[0-9a-f]{40}|slk_[0-9a-f]{64})"),
    ("harness-token", "pat. sat.", r"[ps]at\.[\w-]{20,24}\.[0-9a-f]{24}\.[A-Za-z0-9]{20}"),
    # package registries
    ("npm-token", "npm_", r"npm_[A-Za-z0-9]{36}"),
    ("pypi-token", "pypi-AgE", r"pypi-AgE[\w-]{50,1000}"),
    ("rubygems-key", "rubygems_", r"rubygems_[0-9a-f]{48}"),
    ("crates-token", "cio", r"cio[A-Za-z0-9]{32}"),
    ("nuget-key", "oy2", r"oy2[a-z0-9]{43}"),
    ("docker-token", "dckr_", r"dckr_(?:pat|oat)_[\w-]{24,40}"),
    ("clojars-token", "CLOJARS_", r"CLOJARS_[0-9a-z]{60}"),
    ("packagist-token", "packagist_", r"packagist_[a-z]{2,4}_[0-9a-f]{60,80}"),
    ("openvsx-token", "ovsxat_ ovsxp_", rf"ovsx(?:at|p)_(?:{_UUID}|[\w-]{{30,60}})"),
    ("jsr-token", "jsrd_ jsrp_", r"jsr[dp]_[\w-]{30,60}"),
    ("artifactory-token", "cmVmd", r"cmVmd[A-Za-z0-9+/]{55,80}={0,2}"),
    ("jfrog-token", "AKCp", r"AKCp[A-Za-z0-9]{65,75}"),
    # chat and mail
    ("slack-token", "xox", r"xox[abcdeoprs](?:\.xox[bp])?-(?=[A-Za-z%+/=-]{0,60}\d)[A-Za-z0-9%+/=-]{10,250}"),
    ("slack-token", "xapp-", r"xapp-\d-[A-Z0-9]{8,14}-\d{8,16}-[0-9a-f]{40,70}"),
    (
        "slack-webhook",
        "hooks.slack.com/",
        r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9+/_-]{20,90})",
    ),
    ("discord-token", "", r"[MNO][A-Za-z\d_-]{23,25}\.[\w-]{6}\.[\w-]{27,38}"),
    ("discord-webhook", "discord", r"discord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks/(\d{17,20}/[\w-]{60,68})"),
    ("ably-key", "", r"[\w-]{6}\.[\w-]{6}:[\w-]{40,46}"),
    ("telegram-token", "api.telegram.org/bot", r"api\.telegram\.org/(?:file/)?bot(\d{8,10}:AA[\w-]{32,35})"),
    ("telegram-token", "", r"\d{8,10}:AA[\w-]{32,35}"),
    ("teams-webhook", "webhookb2/ IncomingWebhook/", r"(?:webhookb2|IncomingWebhook)/([\w@/-]{60,250})"),
    ("twilio-key", "SK", r"SK[0-9a-f]{32}"),
    ("sendgrid-key", "SG.", r"SG\.[\w-]{20,24}\.[\w-]{39,50}"),
    ("mailgun-key", "key-", r"key-[0-9a-f]{32}"),
    ("mailchimp-key", "", r"[0-9a-f]{32}-us\d{1,2}"),
    ("brevo-key", "xkeysib- xsmtpsib-", r"x(?:key|smtp)sib-[0-9a-f]{64}-[A-Za-z0-9]{16}"),
    ("resend-key", "re_", r"re_[A-Za-z0-9]{6,12}_[A-Za-z0-9]{20,28}"),
    ("mandrill-key", "md-", r"md-(?=[\w-]{0,21}\d)[\w-]{22}"),
    ("mailersend-token", "mlsn.", r"mlsn\.[0-9a-f]{64}"),
    ("mailgun-key", "", r"[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}"),
    ("klaviyo-key", "pk_", r"pk_[0-9a-f]{34}"),
    ("zoho-token", "1000.", r"1000\.[0-9a-f]{32}\.[0-9a-f]{32}"),
    ("matrix-token", "syt_", r"syt_[A-Za-z0-9+/=]{2,80}_[A-Za-z0-9]{18,22}_[A-Za-z0-9]{5,8}"),
    ("twitch-token", "oauth:", r"oauth:[a-z0-9]{30}"),
    ("onesignal-key", "os_v2_", r"os_v2_(?:app|org)_[a-z0-9]{80,140}"),
    ("pushbullet-token", "o.", r"o\.(?=[A-Za-z]{0,31}\d)[A-Za-z0-9]{32,34}"),
    ("ntfy-token", "tk_", r"tk_(?=[a-z]{0,28}\d)[a-z0-9]{29}"),
    ("firebase-key", "AAAA", r"AAAA[\w-]{7}:[\w-]{130,180}"),
    ("zapier-webhook", "hooks.zapier.com/", r"hooks\.zapier\.com/hooks/catch/(\d{4,12}/[a-z0-9]{5,12})"),
    ("wecom-webhook", "qyapi.weixin.qq.com/", rf"qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=({_UUID})"),
    (
        "lark-webhook",
        "open.feishu.cn/ open.larksuite.com/",
        rf"open\.(?:feishu\.cn|larksuite\.com)/open-apis/bot/v2/hook/({_UUID})",
    ),
    ("webex-token", "", rf"[A-Za-z0-9]{{64}}_[A-Z0-9]{{2,6}}_{_UUID}"),
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
    ("woocommerce-secret", "cs_ ck_", r"c[sk]_[0-9a-f]{40}"),
    ("amazon-secret", "amzn1.oa2-cs.", r"amzn1\.oa2-cs\.v1\.[0-9a-f]{60,68}"),
    ("shopify-token", "shptka_ shpua_", r"shp(?:tka|ua)_[0-9a-fA-F]{32}"),
    ("mollie-key", "live_ test_", r"(?:live|test)_(?=[A-Za-z]{0,29}\d)[A-Za-z0-9]{30,35}"),
    ("gocardless-token", "live_ sandbox_", r"(?:live|sandbox)_(?=[\w-]{0,30}\d)(?=[\w-]{0,30}[A-Z])[\w-]{40}"),
    ("paddle-key", "pdl_", r"pdl_(?:live|sdbx)_apikey_[a-z0-9]{26}_[A-Za-z0-9]{22}_[A-Za-z0-9]{3}"),
    ("xendit-key", "xnd_", r"xnd_(?:production|development)_[A-Za-z0-9]{40,80}"),
    ("mercadopago-token", "APP_USR- TEST-", r"(?:APP_USR|TEST)-\d{12,16}-\d{6}-[0-9a-f]{32}-\d{5,12}"),
    ("midtrans-key", "Mid-server- SB-Mid-server-", r"(?:SB-)?Mid-server-[\w-]{20,28}"),
    ("circle-key", "LIVE_API_KEY: TEST_API_KEY:", r"(?:LIVE|TEST)_API_KEY:[0-9a-f]{32}:[0-9a-f]{32}"),
    ("polar-token", "polar_", r"polar_(?:oat|pat|at|rt|cs|whs|ci)_[A-Za-z0-9]{32,60}"),
    ("stytch-secret", "secret-live- secret-test-", r"secret-(?:live|test)-[\w-]{34,40}={0,2}"),
    ("lob-key", "live_ test_", r"(?:live|test)_[0-9a-f]{35}"),
    ("telnyx-key", "KEY0", r"KEY0[0-9A-F]{15,40}_[A-Za-z0-9]{20,24}"),
    # watching and operating
    ("newrelic-key", "NRAK- NRII- NRRA- NRIQ-", r"NR(?:AK|II|RA|IQ)-[A-Za-z0-9_-]{24,44}"),
    ("newrelic-key", "", r"[0-9a-f]{36,42}NRAL"),
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
    ("axiom-token", "xaat- xapt-", rf"xa[ap]t-{_UUID}"),
    ("statsig-key", "secret-", r"secret-(?=[A-Za-z]{0,40}\d)[A-Za-z0-9]{40,50}"),
    ("flagsmith-key", "ser.", r"ser\.(?=[A-Za-z]{0,21}\d)[A-Za-z0-9]{22}"),
    ("unleash-token", "", r"(?<=[\w*]:)[a-z][a-z-]{0,30}\.[0-9a-f]{56,64}"),
    ("configcat-key", "configcat-sdk-", r"configcat-sdk-\d/[\w-]{22}/[\w-]{22}"),
    ("checkly-key", "cu_", r"cu_[0-9a-f]{32}"),
    ("healthchecks-key", "hcw_ hcr_", r"hc[rw]_[A-Za-z0-9]{28}"),
    ("uptimerobot-key", "", r"[mu]\d{6,10}-[0-9a-f]{24,32}"),
    ("octopus-key", "API-", r"API-[A-Z0-9]{26,36}"),
    ("appveyor-token", "v2.", r"v2\.[a-z0-9]{20}"),
    ("dbt-token", "dbtc_ dbtu_ dbts_", r"dbt[cus]_[\w-]{36,60}"),
    ("metabase-key", "mb_", r"mb_[A-Za-z0-9+/]{40,48}={0,2}"),
    ("chromatic-token", "chpt_", r"chpt_[0-9a-f]{12,40}"),
    ("snyk-token", "snyk_", r"snyk_(?:uat|sat|oat)\.[0-9a-f]{8}\.[\w.-]{20,200}"),
    ("stackhawk-key", "hawk.", r"hawk\.[\w-]{20}\.[\w-]{20}"),
    # offices and the rest
    ("linear-key", "lin_", r"lin_(?:api_[A-Za-z0-9]{40}|oauth_[0-9a-f]{64})"),
    ("notion-token", "ntn_ secret_", r"(?:ntn_[A-Za-z0-9]{40,50}|secret_[A-Za-z0-9]{43})"),
    ("airtable-token", "pat", r"pat[A-Za-z0-9]{14}\.[0-9a-f]{64}"),
    ("asana-token", "", r"[12]/\d{12,19}(?:/\d{12,19})?:[0-9a-f]{32}"),
    ("figma-token", "figd_ figp_", r"fig[dp]_[\w-]{38,48}"),
    ("contentful-token", "CFPAT-", r"CFPAT-[\w-]{40,46}"),
    ("mapbox-token", "sk.eyJ", r"sk\.eyJ[\w-]{30,160}\.[\w-]{20,40}"),
    ("maxmind-key", "", r"[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk"),
    ("facebook-token", "EAA", r"EAA[A-Za-z]{1,6}[A-Za-z0-9]{80,300}"),
    ("twitter-bearer", "AAAAAAAAAAAAAAAAAAAA", r"A{20,24}(?=[A-Za-z0-9]{0,100}%)[A-Za-z0-9%]{60,140}"),
    ("dropbox-token", "sl.", r"sl\.(?:u\.)?[\w-]{100,2000}"),
    ("typeform-token", "tfp_", r"tfp_[\w.=-]{40,64}"),
    ("hubspot-token", "pat-", rf"pat-(?:na|eu|ap)\d-{_UUID}"),
    ("trello-token", "ATTA", r"ATTA[0-9a-f]{60,72}(?:[0-9A-F]{8})?"),
    ("clickup-token", "pk_", r"pk_\d{4,12}_[A-Z0-9]{32}"),
    ("salesforce-token", "00D", r"00D[A-Za-z0-9]{12,15}![\w.]{60,160}"),
    ("sanity-token", "sk", r"sk(?=[A-Za-z]{0,40}\d)[A-Za-z0-9]{80,200}"),
    ("radar-key", "prj_", r"prj_(?:live|test)_sk_[0-9a-f]{40}"),
    ("foursquare-key", "fsq", r"fsq[34][A-Za-z0-9+/]{40,48}={0,2}"),
    ("adafruit-key", "aio_", r"aio_[A-Za-z0-9]{28}"),
    ("adobe-secret", "p8e-", r"p8e-[A-Za-z0-9_-]{30,34}"),
    (
        "linkedin-token",
        "AQV AQX WPL_AP1.",
        r"(?:AQ[VX][\w-]{140,400}|WPL_AP1\.[A-Za-z0-9]{14,20}\.[A-Za-z0-9+/]{4,10}={0,2})",
    ),
    ("instagram-token", "IGQ", r"IG(?:QV|QW|AA)[\w-]{80,300}"),
    ("pinterest-token", "pina_", r"pina_[A-Z0-9]{60,120}"),
    ("lichess-token", "lip_", r"lip_[A-Za-z0-9]{20}"),
    ("riot-key", "RGAPI-", rf"RGAPI-{_UUID}"),
    ("canva-secret", "cnvca", r"cnvca[A-Za-z0-9_-]{40,60}"),
    ("intra-secret", "s-s4t2", r"s-s4t2(?:ud|af)-[0-9a-f]{64}"),
    ("freemius-key", "sk_", r"sk_(?=[!-~]{0,28}[^A-Za-z0-9_\s-])[^\s\"'`\\]{29}"),
    ("kaggle-token", "KGAT_", r"KGAT_[0-9a-f]{32}"),
    ("ubidots-token", "BBFF-", r"BBFF-[A-Za-z0-9]{30}"),
    # passwords as a system keeps them: they are guessed from this
    ("password-hash", "$2a$ $2b$ $2y$ $2x$", r"\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}"),
    ("password-hash", "$apr1$ $1$ $5$ $6$ $y$", r"\$(?:apr1|1|5|6|y)\$(?:rounds=\d{1,9}\$)?[./A-Za-z0-9$]{25,140}"),
    ("password-hash", "", r"(?<=,p=\d\$)[A-Za-z0-9+/]{8,100}\$[A-Za-z0-9+/]{16,140}"),
    ("postman-key", "PMAK-", r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    ("readme-key", "rdme_", r"rdme_[a-z0-9]{70}"),
    ("frameio-token", "fio-u-", r"fio-u-[\w=-]{60,68}"),
    ("clickhouse-key", "4b1d", r"4b1d[A-Za-z0-9]{38}"),
    ("zuplo-key", "zpka_", r"zpka_[A-Za-z0-9]{24,40}_[0-9a-f]{8}"),
    ("svix-key", "testsk_", r"testsk_[\w.-]{30,60}"),
)


def heads() -> dict[str, list[int]]:
    """Return the beginnings of the shapes, each with the rows to try; "" stands for those that begin with a class."""
    rows: dict[str, list[int]] = {}
    for number, (_, begins, _) in enumerate(_TABLE):
        for head in begins.split() or [""]:
            rows.setdefault(head, []).append(number)
    # what begins with a longer one begins with a shorter one, too
    place = {head: number for number, head in enumerate(rows)}
    shorter = {head: [head[:end] for end in range(len(head) + 1) if head[:end] in rows] for head in rows}
    return {
        head: [it for other in sorted(its, key=place.__getitem__) for it in rows[other]]
        for head, its in shorter.items()
    }


def classes() -> list[str]:
    """Return the patterns that begin with a class."""
    return [pattern for _, begins, pattern in _TABLE if not begins]


@cache
def shape(row: int) -> Shape:
    """Given the number of a row, return its shape; most are never needed, so each is compiled when it is."""
    kind, _, pattern = _TABLE[row]
    return Shape(kind, re.compile(f"{BEFORE}{pattern}{_AFTER}"))
