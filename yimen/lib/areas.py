"""The first six digits of an identity number: provinces, and the counties of Shanghai.

Codes are historical: a card keeps the code of the county that registered the holder, long after
the county was merged. Therefore an unknown code is worth a second look and nothing more.
Source: GB/T 2260 and its amendments; districts in force from the register in `data/places`.
"""

from __future__ import annotations

PROVINCES = {
    "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古",
    "21": "辽宁", "22": "吉林", "23": "黑龙江",
    "31": "上海", "32": "江苏", "33": "浙江", "34": "安徽", "35": "福建", "36": "江西",
    "37": "山东", "41": "河南", "42": "湖北", "43": "湖南", "44": "广东", "45": "广西",
    "46": "海南", "50": "重庆", "51": "四川", "52": "贵州", "53": "云南", "54": "西藏",
    "61": "陕西", "62": "甘肃", "63": "青海", "64": "宁夏", "65": "新疆",
    "71": "台湾", "81": "香港", "82": "澳门", "83": "台湾",
}  # fmt: skip

# Residence permits for people from Hong Kong, Macao and Taiwan.
RESIDENCE_PERMITS = frozenset({"810000", "820000", "830000"})

# Districts in force, then the counties and districts that were merged into them.
SHANGHAI = frozenset(
    f"310{county}"
    for county in (
        *(101, 104, 105, 106, 107, 109, 110, 112, 113, 114, 115, 116, 117, 118, 120, 151),
        *(102, 103, 108, 111, 119, 221, 222, 223, 224, 225, 226, 227, 228, 229, 230),
    )
)


def known(area: str) -> bool:
    """Is this six-digit code one that identity numbers carry, as far as we can tell?"""
    if area in RESIDENCE_PERMITS:
        return True
    if area[:2] in ("81", "82", "83") or area[:2] not in PROVINCES:
        return False
    return area in SHANGHAI if area.startswith("31") else area[2:] != "0000"
