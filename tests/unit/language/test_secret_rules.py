"""Where secrets stand in what developers paste and say, and what stands there instead (invariant 8).

``«…»`` marks what must be gone. A letter and a number in braces stand for random characters; the same ones each time.
"""

import random
import re
import string

import pytest

from dreamd.language.redact import redact

WORD = string.ascii_letters + string.digits
SETS = {"w": WORD, "h": "0123456789abcdef", "2": string.ascii_uppercase + "234567", "b": WORD + "+/", "u": WORD + "_-"}


def filled(shape):
    """Return a text with the random pieces that its shape names; {p} is a password with signs of all kinds."""
    draw = random.Random(shape)  # noqa: S311 - samples, not secrets

    def piece(match):
        if match[1] == "p":
            return "".join(draw.choices(WORD, k=9)) + "4aX" + draw.choice("!*^~")
        return "".join(draw.choices(SETS[match[1]], k=int(match[2] or 16) - 2)) + ("7A" if match[1] == "2" else "7e")

    return re.sub(r"\{([wh2bup])\.?(\d*)\}", piece, shape.replace("\\n", "\n").replace("\\uff1a", "\uff1a"))


SECRETS = r"""
DB password: «{p}»
my sudo password is «{p}», please forget it
the password for the staging db: «{p}»
the password of bob (staging) is «{p}».
use «{p}» as the password
pw: «{p}»
user: bob, pass: «{p}»
Passwort: «{p}»
Das Passwort für die Testdatenbank lautet «{p}»
mot de passe : «{p}»
contraseña: «{p}»
пароль: «{p}»
密码\uff1a«{p}»
credentials: bob/«{p}»
PIN: «4829»
2FA secret: «{2.16}»
otpauth://totp/Acme:bob?secret=«{2.32}»&issuer=Acme
Enter this secret key: «D3MQ IPOC RXWZ 4YUS»
Recovery codes:\n«ae244-f4eb8»\n«f8a2f-61223»
seed phrase: «legal winner thank year wave sausage worth useful legal winner thank yellow»
passphrase: "«correct horse battery staple»"
PGPASSWORD=«{p}» psql -h db
JWT_SECRET=«hollow-jungle-oyster-82»
SECRET_KEY = '«django-insecure-k&3x!m9q@z7v#p2l$w8c^b5n*t1y(r4e)u6i»'
password = "«Example#2024!x»"
spring.datasource.password=«{w8}»
<password>«{p}»</password>
<add key="StorageKey" value="«{b42}=»" />
      - name: SMTP_PASSWORD\n        value: "«{w9}»"
{"Name": "/prod/db-password", "Type": "SecureString", "Value": "«{p}»"}
variable "x_rest_token" {\n  type    = string\n  default = "«{w40}»"\n}
name="deploy_token"\n\n«{w32}»
"{\"username\":\"bob\",\"password\":\"«{p}»\"}"
{\\\"client_secret\\\": \\\"«{w20}»\\\"}
grant_type=password&username=bob&password=«{w10}»
password%3D«{w12}»%26user%3Dbob
| password | «{p}» |
**Password:** «{p}»
password: >-\n  «{p}»
const DB_SECRET: &str = "«{w40}»";
public string ApiToken { get; set; } = "«{h40}»";
gitee_token = \"\"\"«{h32}»\"\"\"
process.env.SECRET_KEY_BASE || '«{h128}»'
if [ "$NPM_AUTH_TOKEN" != "«{w36}»" ]; then exit 1; fi
os.environ.setdefault("DB_PASSWORD", "«{p}»")
#define WIFI_PASSWORD "«{p}»"
ENV DB_PASSWORD «{p}»
setx API_TOKEN "«{w40}»"
gh secret set DEPLOY_KEY --body "«{w32}»"
az keyvault secret set --vault-name kv --name api-key --value "«{w32}»"
printf '«{w32}»' | gcloud secrets create x-token --data-file=-
echo «{p}» | docker login ghcr.io -u bob --password-stdin
wrangler secret put API_TOKEN <<< "«{w32}»"
docker login -u acme -p «{p}» registry.test
redis-cli -h cache -a «{p}» ping
mysql -u root -p«{w9}4» app
mongosh -u admin -p '«{p}»'
sqlcmd -S db -U sa -P '«{p}»'
ldapsearch -x -D "cn=admin" -w «{p}» -b dc=test
smbclient //nas/share -U bob%«{p}»
etcdctl --user root:«{p}» get /
curl -u bob:«{p}» https://shop.test
sshpass -p '«{p}»' ssh root@shop.test
openssl enc -aes-256-cbc -in a -k «{p}»
zip -P «{p}» out.zip dump.sql
net: ConvertTo-SecureString "«{p}»" -AsPlainText -Force
CREATE USER 'app' IDENTIFIED BY '«{p}»';
ALTER ROLE app WITH PASSWORD '«{p}»';
INSERT INTO users (email, password) VALUES ('ada@shop.test', '«{p}»');
requirepass «{p}»
db.shop.test:5432:app:app_user:«{w10}»
kubectl create secret generic db --from-literal=x='«{p}»'
kind: Secret\ndata:\n  url: «{b30}=»\n  «»other: «{b20}=»
data:\n  api: «{b30}=»\nkind: Secret
kubectl get secret db -o jsonpath='{.data.x}' | base64 -d\n«{p}»
admin:«$apr1${w8}${w22}»
bob:«$2y$10${w53}»
uid=bob {SSHA}«{b32}»
define('DB_PASSWORD', '«{p}»');
define('AUTH_KEY',  '«{w8}!{w8}({w20}&{w10}»');\ndefine('NONCE_SALT', '«{w8}!{w8}({w20}&{w10}»');
jdbc:mysql://db/app?user=root&password=«{p}»
jdbc:oracle:thin:scott/«{w9}»@db:1521:orcl
Driver={SQL Server};Server=db;Uid=sa;Pwd=«{p}»;
bob:«{p}»@tcp(db:3306)/shop
Endpoint=sb://x.test/;SharedAccessKeyName=Root;SharedAccessKey=«{b43}=»
https://x.test/c?sv=2022&sp=r&sig=«{w43}%3D»
https://x.test/b?Expires=1773302400&Signature=«{w27}%3D»
https://«{w40}»@git.shop.test/x
https://oauth2:«{w20}»@git.shop.test/x.git
https://«{w40}»:x-oauth-basic@git.shop.test/x.git
Set-Cookie: JSESSIONID=«{w32}»; Path=/; HttpOnly
$config['client_secret'] = '«{w80}»';
client.login("bob", "«{p}»")
new NetworkCredential("bob", "«{p}»")
requests.get(url, auth=("bob", "«{p}»"))
hmac.new(b"«{w32}»", body)
{"kty":"oct","k":"«{u43}»","alg":"HS256"}
acme_live_«»{w24}
acmesvc_«{w40}»
token = "«ghp_{w12}»" + "{w22}"
token: ghp_{w12}\n  {w22}
api_key=«{w8}`{w16}»
Authorization: Basic «{b30}==»
$ wg genkey\n«{b43}=»
AKIA{2.16},«{b40}»
-----BEGIN PRIVATE KEY-----\n«{b64}»\n{b64}
     1→-----BEGIN PRIVATE KEY-----\n     2→«{b64}»\n     3→«{b64}»
tls.key: «LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t{b200}»
"""

HARMLESS = r"""
password: ********
password: <your password>
password: "{{ vault_db_password }}"
PASSWORD=$(cat /run/secrets/db)
password = getpass.getpass()
const password = req.body.password;
password: z.string().min(8).max(64),
password: Optional[str] = None
'password' => 'required|min:8'
api_key = settings.OPENAI_API_KEY
OPENAI_API_KEY=sk-...
GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
sk-1234567890abcdef1234567890abcdef
secretKeyRef:\n  name: npm-credentials-v2\n  key: npm-token-prod-1
arn:aws:secretsmanager:us-east-1:1:secret:prod/db-AbCdEf
op://Private/GitHub/token
The password must contain 8 characters, one digit (0-9) and one of !@#$
nextPageToken: CAUQAA{w24}
cache-key: node-modules-{h32}
Sec-WebSocket-Key: {b22}==
"AWS::KMS::Key": "{h16}"
session_id: "2026-01-15-{h8}"
NEXT_PUBLIC_POSTHOG_KEY=phc_{w43}
SENTRY_DSN=https://{h32}@o123456.ingest.sentry.io/7654321
public_key: {b43}=
"keys":"{b43}="
-----BEGIN PUBLIC KEY-----\n{b64}\n-----END PUBLIC KEY-----
startswith("-----BEGIN PRIVATE KEY-----")
-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----
docker run -p 8080:80 -e POSTGRES_PASSWORD nginx
mkdir -p src/auth/token-v2
pytest tests/test_token_v2.py::test_secret_1 -k token
TestTokenRefresh_V2/expired_token_1h
Error: Incorrect API key provided: sk-abc***xyz.
PIN header J5, pins 1-4
const PIN = 13;
salt: 16 bytes
{"password": "string", "token": "string"}
postgres://postgres:postgres@localhost:5432/postgres
https://user:password@shop.test
Authorization: Bearer <token>
authorization: required for everybody
Cookie: theme=dark; lang=en-US; _ga=GA1.2.1234567890.1234567890
def load_private_key(self) -> Ed25519PrivateKey | X25519PrivateKey: ...
self.authenticate('CRAM-MD5', password)
SECRETS = ['email_token', 'email_translatebreaks']
token bucket rate limiter
kind: Secret\nmetadata:\n  name: regcred2
"""


def rows(table):
    return [row for row in table.strip("\n").split("\n") if row]


@pytest.mark.parametrize("shape", rows(SECRETS))
def test_a_secret_is_found_where_developers_leave_it(shape):
    """Invariant 8."""
    marked = filled(shape)
    secrets = [secret for secret in re.findall("«(.*?)»", marked, re.DOTALL) if secret]
    text = re.sub("[«»]", "", marked)
    clean = redact(text)
    assert clean.text != text
    assert not [secret for secret in secrets if secret in clean.text], clean.text
    assert redact(clean.text).text == clean.text


@pytest.mark.parametrize("shape", rows(HARMLESS))
def test_what_only_speaks_of_secrets_is_left_alone(shape):
    text = filled(shape)
    assert redact(text).text == text


@pytest.mark.parametrize("join", ["\n", "\\\n", "\n    ", '" + "', "\n     7→"])
def test_a_token_that_a_line_end_or_a_joint_breaks_is_found_whole(join):
    token = "ghp_" + "a1B2c3D4e5F6" * 3
    clean = redact(f"it was {token[:23]}{join}{token[23:]} today")
    assert re.fullmatch(r"it was \[secret:github-token:[0-9a-f]{4}\] today", clean.text)


def test_what_a_placeholder_says_names_no_value():
    text = "[secret:password:1f3a] x9Kq2mZ7pLr4! and [secret:token:1f3a]: x9Kq2mZ7pLr4vT8bNcY5"
    assert redact(text).text == text
