"""NHN Cloud Notification: SMS v3.0, KakaoTalk Bizmessage Alimtalk v2.3 and Brand message v1.0.

`Account.api_key` and `api_secret` are the SMS product's app key and secret key. `credentials`: `kakao_key`
and `kakao_secret` of the Kakao product, `unsubscribe_no` (the 080 number), and to try rules out `marketing`
("approved": targets M and N), `first_user` (any text: Kakao's restriction of new profiles), `brand_night`
("open": brand messages arrive at night) and `quirks` (any text: webhooks misspell as NHN's sample does).
"""

import falcon

from infra.simulator import nhn_catalogue, nhn_kakao, nhn_text
from infra.simulator.parts import Parts


def add_routes(app: "falcon.App[falcon.Request, falcon.Response]", parts: Parts) -> None:
    """The paths of both products."""
    nhn_text.add_routes(app, parts)
    kakao = nhn_kakao.add_routes(app, parts)
    nhn_catalogue.add_routes(app, parts, kakao)
