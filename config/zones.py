"""Names of time zones as feeds and pages write them behind a time of day."""

# hours from UTC; names that two countries use differently (IST, CST of China, BST of Dhaka) are
# read as RFC 822 does or not at all
ZONES: dict[str, float] = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2,
    "met": 1, "mest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "мск": 3, "msd": 4,
    "trt": 3, "eat": 3, "cat": 2, "sast": 2, "wat": 1, "pkt": 5, "npt": 5.75, "wib": 7, "wita": 8,
    "wit": 9, "ict": 7, "sgt": 8, "hkt": 8, "pht": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11,
    "acst": 9.5, "acdt": 10.5, "awst": 8, "nzst": 12, "nzdt": 13, "est": -5, "edt": -4, "cst": -6,
    "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10,
    "ast": -4, "adt": -3, "nst": -3.5, "ndt": -2.5, "brt": -3, "clt": -4, "cot": -5, "pet": -5,
}  # fmt: skip
