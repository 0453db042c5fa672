"""The invented alliance's rules and what its centres disclose."""

RULES = """## 一、宗旨

成员馆把自己的特色资源拿出来共享，也向兄弟馆寻求补充。系统内借用以免费为原则，必须发生的成本逐项写明，由谁承担写在申请里。

## 二、成员

各级文化馆、综合文化站、文化礼堂、院团和非遗保护机构均可申请。每年由一家市馆轮值，秘书处设在省文化馆。

## 三、答复时限

同县 1 个工作日，同市 3 个工作日，同省跨市 5 个工作日。需要现场勘察的，2 个工作日内到场，10 个工作日内答复，最多延长一次至 20 个工作日。
加急事项（救灾慰问、重大节庆、上级任务）缩短 2 个工作日，至少 1 个工作日。节假日和调休以国务院办公厅通知为准。

## 四、首问负责

首位受理人即首问责任人，负责到办结；转办不换人，第二次转办须分管领导同意。缺什么材料一次告知，同一版只能退回补正一次，补齐前不计时。

## 五、不同意要说明

不同意须选定理由并写明情况，抄报秘书处，同时给出同类可借的资源。

## 六、交接与归还

双方当面清点、拍照、签名。有出入的当场写明；遗失、损坏按约定处理，有争议的由秘书处裁定，可申诉一次。

## 七、爽约与暂停

开始前不足 3 个工作日取消记一次违约。一年三次，由秘书处提交轮值主席单位讨论。被暂停的成员馆不发起也不接受新申请，已确定的照常履行。
"""

RULES_EN = """## 1. Purpose

Members share what they are strong in and ask others for what they lack. Lending inside the alliance is free as a rule; costs that cannot be avoided are
listed line by line, with who bears them.

## 2. Members

Cultural centres of every level, town stations, village halls, troupes and heritage bodies may apply. A city centre chairs for a year; the secretariat sits in the provincial centre.

## 3. Time to answer

Same county 1 working day, same city 3, same province 5. Where the site has to be seen: a visit within 2, an answer within 10, once extended to 20.
Expedited matters take 2 less, at least 1. Holidays and make-up days follow the State Council's notice.

## 4. The first handler stays

Whoever takes a request in hand answers for it to the end. All that is missing is told at once, only once per version, and the clock stops meanwhile.

## 5. A refusal gives reasons

A coded reason and a sentence, a copy to the secretariat, and what else is free.

## 6. Hand-over and return

Counted, photographed and signed by both. Differences are written down on the spot; disputes go to the secretariat, with one appeal.

## 7. No-shows and suspension

Cancelling less than 3 working days before the start counts as a breach; three in a year are discussed by the chair. A suspended centre makes and takes no new requests; what is confirmed goes on.
"""

DISCLOSURES: tuple[tuple[str, str], ...] = (
    ("duties", "{name}承担本地群众文化活动组织、业务辅导、非遗保护和数字文化服务，各部门岗位职责见馆内公示栏。"),
    ("pledge", "公益服务项目全部免费；来电来访首问负责；借用申请按联盟时限答复，办不成的说明理由。"),
    ("procedure", "登录平台提交申请 → 首问责任人受理 → 审核 → 确定档期 → 交接 → 归还验收 → 评价。"),
    ("charges", "场地、辅导、演出公益项目不收费；油料、餐食等成本逐项列明，由双方在申请中约定。"),
    ("standards", "执行文化馆服务标准，每周开放不少于 56 小时，临时闭馆提前 7 天公告。"),
    ("supervision", "监督电话 {phone}；意见箱设在一楼大厅；每月第一个周三上午为馆长接待日。"),
)
