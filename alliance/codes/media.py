"""What an asset of the archive is, and who may see and open it."""

from alliance.codes.codelist import Code, CodeList

MEDIA_TYPE = CodeList(
    "media_type",
    "资源类型",
    "Type of media",
    (
        Code("moving_image", "视频", "Video"),
        Code("sound", "音频", "Audio"),
        Code("still_image", "图像", "Image"),
        Code("text", "文本", "Text"),
        Code("dataset", "数据集", "Dataset"),
        Code("interactive_resource", "互动资源", "Interactive resource"),
    ),
)


def dcmi_term(media_type: str) -> str:
    """The DCMI Type Vocabulary's own spelling: moving_image -> MovingImage."""
    return "".join(word.capitalize() for word in MEDIA_TYPE[media_type].id.split("_"))


def dcmi_uri(media_type: str) -> str:
    return f"http://purl.org/dc/dcmitype/{dcmi_term(media_type)}"


MEDIA_FORM = CodeList(
    "media_form",
    "资源形式",
    "Form",
    (
        Code("documentary", "专题片", "Feature documentary"),
        Code("short_video", "微视频", "Short video"),
        Code("audio", "音频", "Audio recording"),
        Code("lecture", "讲座", "Lecture"),
        Code("course", "慕课", "Online course"),
        Code("database", "数据库", "Database"),
        Code("oral_history", "口述史", "Oral history"),
        Code("recording", "演出录像", "Recorded performance"),
        Code("pictures", "图集", "Picture set"),
        Code("score", "曲谱剧本", "Score or script"),
        Code("paper", "论文", "Paper"),
        Code("journal", "馆办期刊", "House journal"),
    ),
)

MEDIA_THEME = CodeList(
    "media_theme",
    "资源主题",
    "Theme",
    (
        Code("showcase", "展示类", "Showcase"),
        Code("activity", "活动类", "Activity"),
        Code("tutorial", "辅导培训类", "Tutorial"),
        Code("history", "历史文化", "History and culture"),
        Code("red_culture", "红色文化", "Revolutionary heritage"),
        Code("local_opera", "地方戏曲", "Local opera"),
    ),
)

RECORD_VISIBILITY = CodeList(
    "record_visibility",
    "谁能看到条目",
    "Who may see the record",
    (
        Code("public", "公开", "Public"),
        Code("members", "成员馆可见", "Members"),
        Code("own_centre", "本馆可见", "Own centre"),
    ),
)

FILE_ACCESS = CodeList(
    "file_access",
    "谁能打开文件",
    "Who may open the file",
    (
        Code("public", "公开", "Public"),
        Code("members", "成员馆", "Members"),
        Code("own_centre", "本馆", "Own centre"),
        Code("on_site", "馆内观摩", "On site"),
        Code("on_request", "申请后", "On request"),
    ),
)

LANGUAGE = CodeList(
    "language",
    "语言",
    "Language",
    (
        Code("zh", "普通话", "Mandarin"),
        Code("yue", "粤语", "Cantonese"),
        Code("wuu", "吴语", "Wu"),
        Code("nan", "闽南语", "Southern Min"),
        Code("hak", "客家话", "Hakka"),
        Code("gan", "赣语", "Gan"),
        Code("hsn", "湘语", "Xiang"),
        Code("cjy", "晋语", "Jin"),
        Code("bo", "藏语", "Tibetan"),
        Code("ug", "维吾尔语", "Uyghur"),
        Code("kk", "哈萨克语", "Kazakh"),
        Code("mn", "蒙古语", "Mongolian"),
        Code("za", "壮语", "Zhuang"),
        Code("ko", "朝鲜语", "Korean"),
        Code("ii", "彝语", "Yi"),
        Code("hmn", "苗语", "Hmong"),
        Code("en", "英语", "English"),
        Code("ja", "日语", "Japanese"),
        Code("fr", "法语", "French"),
        Code("ru", "俄语", "Russian"),
        Code("csl", "中国手语", "Chinese Sign Language"),
        Code("zxx", "无语言内容", "No spoken or written words"),
        Code("other", "其他", "Other"),
    ),
)

LISTS = (MEDIA_TYPE, MEDIA_FORM, MEDIA_THEME, RECORD_VISIBILITY, FILE_ACCESS, LANGUAGE)
