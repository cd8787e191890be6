"""Vocabulary of invented customers: what names, places, phones and spellings look like in ten countries."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Country:
    """`mobile` and `landline` hold national heads and how many digits follow; `trunk` is dropped abroad.

    `cities` are (city, postal code or empty); in a street `{}` is the number.
    """

    code: str
    share: int
    calling: str
    trunk: str
    mobile: tuple[tuple[str, ...], int]
    landline: tuple[tuple[str, ...], int]
    spellings: tuple[str, ...]
    languages: tuple[str, ...]
    domain: str
    forms: tuple[str, ...]
    streets: tuple[str, ...]
    cities: tuple[tuple[str, str], ...]
    first_names: tuple[str, ...]
    surnames: tuple[str, ...]
    mail_hosts: tuple[str, ...] = ("gmail.com", "hotmail.com", "yahoo.com")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


def _places(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((city, code) for city, _, code in (part.partition("=") for part in text.split(",")))


COUNTRIES = (
    Country(
        *("BE", 42, "32", "0", (_words("0470,0471,0473,0475,0476,0477,0478,0485,0486,0495,0497"), 6)),
        (_words("02,03,09"), 7),
        _words("BE,Belgie,België,Belgique,Belgium,BELGIUM"),
        *(_words("nl,nl,fr"), "be", _words("BV,NV,BVBA,SRL,SA,Comm.V,VOF,BV/SRL,")),
        _words("Noorderlaan {},Nieuwstraat {},Kerkstraat {},Haven {},Rue de la Station {},Chaussée de Mons {}"),
        _places("Antwerpen=2030,Gent=9000,Brussel=1000,Luik=4000,Charleroi=6000,Kortrijk=8500,Brugge=8000"),
        _words("Jan,Marc,Luc,Koen,Stijn,Fatima,Els,Greet,Nathalie,Céline,Stéphane,Philippe,Mohamed,Sabine"),
        _words("Peeters,Janssens,Maes,Wouters,Vermeulen,De Smet,Van Damme,Dubois,Lambert,Noël,El Amrani,Claes"),
        _words("telenet.be,skynet.be,gmail.com,hotmail.com,proximus.be"),
    ),
    Country(
        *("NL", 9, "31", "0", (("06",), 8), (_words("010,020,030,070"), 7)),
        _words("NL,Nederland,Netherlands,Holland,The Netherlands"),
        *(("nl",), "nl", _words("B.V.,BV,V.O.F.,")),
        _words("Westblaak {},Stationsplein {},Havenstraat {},Dorpsstraat {}"),
        _places("Rotterdam=3012 KJ,Breda=4811 DK,Moerdijk=4782 PS,Amsterdam=1012 AB"),
        _words("Henk,Daan,Jeroen,Marieke,Sanne,Pieter,Willem,Anouk"),
        _words("de Jong,Bakker,Smit,Mulder,Kuipers,van der Berg,Visser"),
        _words("kpnmail.nl,ziggo.nl,gmail.com"),
    ),
    Country(
        *("FR", 9, "33", "0", (_words("06,07"), 8), (_words("01,03,04"), 8)),
        _words("FR,France,FRANCE,Frankrijk"),
        *(("fr",), "fr", _words("SARL,SAS,EURL,SA,")),
        _words("{} Rue de la République,{} Avenue Foch,{} Boulevard Voltaire"),
        _places("Paris=75011,Le Havre=76600,Marseille=13002,Lille=59000"),
        _words("Camille,Nicolas,Laurent,Mathieu,Hélène,Jean-Pierre,Karim"),
        _words("Lefèvre,Rousseau,Garnier,Chevalier,Béranger,Moreau"),
        _words("orange.fr,yahoo.fr,gmail.com"),
    ),
    Country(
        *("DE", 8, "49", "0", (_words("0151,0170,0171,0172,0176"), 7), (_words("040,0211,0221"), 6)),
        _words("DE,Deutschland,Germany,Duitsland"),
        *(("de",), "de", _words("GmbH,e.K.,GmbH & Co. KG,UG (haftungsbeschränkt),")),
        _words("Hafenstraße {},Bahnhofstraße {},Industrieweg {}"),
        _places("Hamburg=20457,Düsseldorf=40210,Bremerhaven=27568,Köln=50667"),
        _words("Klaus,Stefan,Jürgen,Sabine,Heike,Uwe"),
        _words("Müller,Krüger,Schneider,Fischer,Köhler,Weber"),
        _words("web.de,gmx.de,t-online.de"),
    ),
    Country(
        *("NG", 8, "234", "0", (_words("0803,0806,0703,0816,0905"), 7), (_words("01,02"), 7)),
        *(_words("NG,Nigeria,NIGERIA"), ("en",), "com.ng", _words("Ltd,Nig. Ltd,Enterprises,")),
        _words("{} Creek Road,{} Broad Street,{} Apapa Road"),
        _places("Lagos=100001,Onitsha=434101,Port Harcourt="),
        _words("Emeka,Chidi,Uche,Ngozi,Tunde,Bola"),
        _words("Okafor,Eze,Igwe,Adeyemi,Obi,Onyeka"),
    ),
    Country(
        *("GH", 6, "233", "0", (_words("020,024,055,027"), 7), (("0302", "0303"), 6)),
        *(_words("GH,Ghana"), ("en",), "com.gh", _words("Ltd,Company Ltd,")),
        _words("Independence Avenue {},P.O. Box {},Harbour Road {}"),
        _places("Accra=GA-123-4567,Tema=,ACCRA="),
        *(_words("Kwame,Kofi,Kwabena,Ama,Akosua"), _words("Asante,Owusu,Appiah,Mensah,Boateng")),
    ),
    Country(
        *("AE", 5, "971", "0", (_words("050,052,055,056,058"), 7), (("04", "06"), 7)),
        _words("AE,UAE,U.A.E.,United Arab Emirates"),
        *(("en",), "ae", _words("LLC,FZE,FZCO,Trading LLC,")),
        _words("Sheikh Zayed Road {},Al Aweer Road {},Ras Al Khor {}"),
        _places("Dubai=,Sharjah=,Abu Dhabi="),
        *(_words("Saeed,Khalid,Anil,Faisal,Rashid"), _words("Al Suwaidi,Rahman,Hussain,Khan,Al Maktoum")),
    ),
    Country(
        *("GB", 5, "44", "0", (_words("07700,07920,07812"), 6), (("020",), 8)),
        *(_words("GB,UK,United Kingdom,Great Britain"), ("en",), "co.uk", _words("Ltd,Limited,PLC,")),
        _words("{} Station Road,{} High Street,{} Dock Road"),
        _places("London=E16 2QU,Tilbury=RM18 7EH,Liverpool=L20 1AA"),
        *(_words("Robert,James,Olivia,Emma"), _words("Hughes,Johnson,Taylor,O'Brien")),
    ),
    Country(
        *("CM", 4, "237", "", (_words("670,675,677,699"), 6), (("233", "222"), 6)),
        *(_words("CM,Cameroun,Cameroon,Kameroen"), ("fr",), "cm", _words("Ets,SARL,")),
        *(_words("Rue Joss {},Avenue de la Liberté {}"), _places("Douala=,Yaoundé=")),
        *(_words("Alain,Clarisse,Hervé,Brigitte"), _words("Mbarga,Fotso,Tchoumi,Nkoulou,Kamga")),
    ),
    Country(
        *("LB", 4, "961", "0", (_words("03,070,071,076"), 6), (("01", "04"), 6)),
        *(_words("LB,Lebanon,Libanon"), ("en", "fr"), "com.lb", _words("SARL,SAL,Co.,")),
        *(_words("Hamra Street {},Port Road {}"), _places("Beirut=1107,Tripoli=")),
        *(_words("Elie,Georges,Rami,Nadine"), _words("Saab,Haddad,Khoury,Gemayel")),
    ),
)
