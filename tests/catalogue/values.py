"""What a centre types into the form of each kind, all that publishing demands and a little more."""

from typing import Any

SHARED: dict[str, Any] = {
    "title": "禾丰一号",
    "summary": "适合广场和村镇演出，展开快，随车有两名师傅。",
    "contact_name": "刘老师",
    "contact_phone": "0900-555 0142",
    "division_code": "990123",
    "address": "禾丰县文化路12号",
    "lat": "27.9",
    "lng": "112.7",
    "share_scope": "province",
    "fee_type": "cost",
    "costs": [{"what": "fuel", "fen": "3.50", "per": "km", "payer": "borrower"}],
    "lead_days": "5",
    "longest_days": "7",
}

TRUCK = SHARED | {
    "vehicle_type": "stage_double",
    "plate_no": "岚A·T4179",
    "length_m": "10.2",
    "width_m": "2.5",
    "height_m": "3.9",
    "gross_t": "15.8",
    "licence_class": "b2",
    "driver_included": "yes",
    "crew": "3",
    "deck_width_m": "9.6",
    "deck_depth_m": "6.4",
    "deck_area_m2": "61",
    "clear_height_m": "4.2",
    "opened_length_m": "12",
    "opened_width_m": "9",
    "opened_height_m": "6.5",
    "setup_min": "25",
    "strike_min": "40",
    "power": ["generator", "mains_380"],
    "generator_kw": "20",
    "outside_amps": "63",
    "site_length_m": "14",
    "site_width_m": "12",
    "ground": "paved",
    "slope_deg": "2",
    "overhead_m": "7.5",
    "insurance_until": "2027-03-31",
    "inspection_until": "2027-05-31",
}

VENUE = SHARED | {
    "title": "禾丰县文化馆小剧场",
    "venue_type": "black_box",
    "area_m2": "420",
    "seats": "260",
    "opening_hours": "周二至周日 9:00–21:00",
    "free_opening": "yes",
    "fee_type": "free",
    "costs": [],
}

TALENT = SHARED | {
    "title": "周一禾",
    "address": "",
    "art_forms": ["choral"],
    "talent_kind": "person",
    "skills": "合唱指挥",
    "consent_on": "2026-01-10",
    "consent_scope": "alliance",
    "consent_until": "2028-01-10",
    "minor": "no",
    "fee_type": "negotiated",
    "costs": [{"what": "lesson_fee", "fen": "200", "per": "lesson_hour", "payer": "borrower"}],
}

MEDIA = SHARED | {
    "title": "渔鼓传习课",
    "asset": "DA-00017",
    "allowed_uses": ["classroom", "on_site"],
    "fee_type": "free",
    "costs": [],
}

COMPLETE: dict[str, dict[str, Any]] = {"stage_truck": TRUCK, "venue": VENUE, "talent": TALENT, "media": MEDIA}
