"""Posters of shows, contests and exhibitions."""

from alliance.demo.works.work import Work, poster

POSTERS: tuple[Work, ...] = (
    Work("p_denghui", "shiqiao", "石桥元宵灯会海报", "Lantern Festival at Shiqiao, poster", "still_image", "pictures", ("folk_art",), "2025-01", "灯会总海报，竖版，供社区张贴。", "Poster of the festival, upright, for the notice boards.",
        poster("石桥元宵灯会", "正月十三至十五　每晚六点", "桥头街　免费入场", "鱼灯　船灯　走马灯　猜灯谜", "石桥区文化馆　2025 年 2 月", scene="street", seed=401, style="night"), 216, creator=("金露 设计", "Design: Jin Lu"), rights="cc_by", uses=("print", "online"), theme="activity", shared=True),
    Work("p_luogu", "pingdu", "威风锣鼓入门八讲（系列总海报）", "Gongs and drums in eight lessons, poster", "still_image", "course", ("drumming",), "2023-02", "八讲教学配套海报，招收村镇锣鼓队。", "Poster of the eight lessons, for village bands.",
        poster("威风锣鼓入门八讲", "每周三晚七点　连讲八周", "主讲　温以宁", "村镇锣鼓队整队报名优先", "平渡市文化馆　2023 年 3 月起", scene="drums", seed=402, style="red"), 234, creator=("平渡市文化馆", "Pingdu Cultural Centre"), rights="own", opened="members", theme="tutorial"),
    Work("p_jiewu", "donghe", "街舞进校园三十场总海报", "Street dance goes to school, thirty shows, poster", "still_image", "pictures", ("street_dance",), "2025-09", "三十场校园行的总海报，各校可加印时间地点。", "Poster of the thirty visits; each school adds its own day and place.",
        poster("街舞进校园", "三十所学校　三十场", "东河青年街舞团", "想跳的都来，不用基础", "东河区文化馆　2025 年秋", scene="square", seed=403, style="paper"), 48, creator=("董河", "Dong He"), rights="cc_by_nc", uses=("print", "online"), theme="activity", shared=True),
    Work("p_xiaoyudeng", "qingze", "儿童剧《小鱼灯》首演海报", "“The Little Fish Lantern”, poster of the first night", "still_image", "pictures", ("children_drama",), "2025-05", "采购剧目首演海报，授权联盟内外宣传使用。", "Poster of the first night; licensed for publicity.",
        poster("小鱼灯", "大型儿童剧　首演", "2025 年 6 月 1 日　下午三点", "清泽市文化馆小剧场", "晴川儿童剧社　清泽市文化馆", scene="sketch", seed=404, style="blue"), 152, creator=("晴川儿童剧社", "Qingchuan children’s theatre"), rights="licensed", licence=360, holder=("晴川儿童剧社", "Qingchuan children’s theatre"), uses=("online", "print")),
    Work("p_jianzhi", "pingdu", "剪纸展《对折之间》海报", "“Between the Folds”, poster", "still_image", "pictures", ("folk_art",), "2025-04", "八十件剪纸，按一次、两次、三次对折分三个单元。", "Eighty paper-cuts in three rooms: folded once, twice, three times.",
        poster("对折之间", "平渡剪纸八十件", "一次对折　两次对折　三次对折", "五月一日至六月十五日　免费", "平渡市文化馆剪纸展厅　2025 年", scene="papercut", seed=405, style="red"), 212, creator=("丁剪云", "Ding Jianyun"), rights="own", heritage="平渡剪纸"),
    Work("p_chage", "yunping", "茶山歌会海报", "Song meeting on the tea hills, poster", "still_image", "pictures", ("folk_song",), "2021-03", "第六届茶山歌会，手绘风格。", "Sixth song meeting on the tea hills.",
        poster("茶山歌会", "第六届　三月采茶", "云坪县茶场　露天歌台", "会唱的上台，不会唱的采茶", "云坪县文化馆　2021 年 4 月", scene="terraces", seed=406, style="green"), 186, creator=("查雨前", "Cha Yuqian"), rights="own", heritage="云坪茶歌", theme="activity"),
    Work("p_qunxing", "lanjiang", "全省群星奖选拔展演海报（2022）", "Selection for the Qunxing Award, poster, 2022", "still_image", "pictures", ("music", "dance"), "2022-06", "音乐、舞蹈、戏剧、曲艺、广场舞、群众合唱六个门类的选拔日程。", "Days of the selection in six categories.",
        poster("群星奖全省选拔展演", "音乐　舞蹈　戏剧　曲艺", "广场舞　群众合唱", "六月十八日至二十二日", "岚江省文化馆音乐厅　2022 年", scene="choir", seed=407, style="blue"), 160, creator=("樊敬文", "Fan Jingwen"), rights="own", award=("qunxing", "第十九届 选拔", 2022), theme="activity"),
    Work("p_chunwan", "linhu", "湖区村晚海报", "Village gala of the lake, poster", "still_image", "pictures", ("quyi",), "@5", "村晚选拔海报，待审。", "Poster of the village gala, waiting for review.",
        poster("湖区村晚", "十二个村　十二个节目", "演员都是乡亲", "腊月二十　湖东村晒场", "临湖县文化馆", scene="lake", seed=408, style="night"), 2, creator=("鲍渔", "Bao Yu"), rights="own", theme="activity", state="in_review"),
)  # fmt: skip
