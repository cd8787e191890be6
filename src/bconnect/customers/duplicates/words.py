"""Words that say nothing about who somebody is: legal forms, forms of address, placeholders, shared mailboxes."""

from typing import Final


def _forms(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(form.split()) for form in text.split(",") if form)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _one_of_many(text: str) -> dict[str, str]:
    """Every name of a thing, with the first one that stands for all of them."""
    groups = [group.split() for group in text.split(",")]
    return {name: names[0] for names in groups for name in names}


# Folded, without dots. Behind the name.
LEGAL_FORMS_BEHIND: Final = _forms(
    "bv,b v,n v,s a,bvba,ebvba,nv,cv,cvba,cvso,vof,gcv,comm v,commv,comm va,vzw,ivzw,aisbl,asbl,sprl,sprlu,sa,"
    "srl,scrl,scs,snc,sca,,"
    "sc,se,maatschap,eenmanszaak,ez,bv srl,srl bv,nv sa,sa nv,cv sc,sc cv,bvba sprl,sprl bvba,"
    "besloten vennootschap,,"
    "naamloze vennootschap,sarl,sarlu,sas,sasu,eurl,sci,scop,ei,eirl,selarl,gie,"
    "gmbh,mbh,ag,kg,ohg,ug,ug haftungsbeschrankt,haftungsbeschrankt,ek,ev,gbr,eg,kgaa,gmbh co kg,gmbh und co kg,"
    "gmbh co kgaa,ag co kg,ug co kg,partg,"
    "ltd,limited,plc,llp,lp,llc,inc,incorporated,corp,corporation,co ltd,company ltd,company limited,pty ltd,pty,"
    "pvt ltd,private limited,pte ltd,nig ltd,nigeria ltd,sdn bhd,"
    "sl,slu,sau,sll,srls,spa,snc di,sas di,lda,unipessoal lda,"
    "ab,as,asa,aps,oy,oyj,sia,uab,ou,kft,zrt,nyrt,bt,doo,dd,ad,eood,ood,ead,sro,spol sro,spol s ro,zoo,sp zoo,"
    "sp z oo,,"
    "sp j,sp k,sal,sarl au,fze,fzco,fz llc,dmcc,wll,est,jsc,pjsc,ooo,oao,zao,pao,tic,ltd sti,anonim sirketi,"
    "a s,k s,i s,p s,ооо,оао,зао,пао,ип"
)
# Before the name: only forms that are no words or names of their own.
LEGAL_FORMS_BEFORE: Final = _forms(
    "bvba,bv,nv,cvba,vof,gcv,vzw,asbl,sprl,srl,scrl,sarl,sas,sasu,eurl,sci,snc,selarl,pt,ooo,oao,zao,pao,gmbh,"
    "ооо,оао,зао,пао,ип,firma,societe,ste"
)
TITLES: Final = _words(
    "mr mrs ms miss mister mme mlle madame monsieur dhr heer mevr mevrouw mw mvr herr frau dr ing ir sir"
)
CONNECTORS: Final = _words("and en et und")
PARTICLES: Final = _words("van von vande vanden vander de der den het ter ten la le les du des di da del el al")

# Notes about the record, at either end of a name.
NOTES: Final = _forms(
    "old,oud,ancien,alt,dubbel,dubbele,double,doublon,duplicate,duplicaat,copy,kopie,copie,do not use,dont use,dnu,"
    "niet gebruiken,niet meer gebruiken,ne pas utiliser,nicht verwenden,inactive,inactief,inactif,closed,gesloten,"
    "ferme,failliet,faillite,bankrupt,stopgezet,archived,archief,obsolete,vervallen"
)
# What follows is somebody at the firm.
ATTENTION: Final = _words("tav attn attention attentie zhd")
ABBREVIATIONS: Final = {
    "intl": "international",
    "int": "international",
    "gebr": "gebroeders",
    "gebrs": "gebroeders",
    "bros": "brothers",
    "ets": "etablissements",
    "mgmt": "management",
    "mgt": "management",
    "svc": "services",
    "svcs": "services",
    "serv": "services",
    "transp": "transport",
    "tpt": "transport",
    "log": "logistics",
    "eng": "engineering",
    "mfg": "manufacturing",
    "assoc": "associates",
}

PLACEHOLDERS: Final = _words(
    "unknown onbekend onbekende inconnu inconnue unbekannt unbekannter desconocido sconosciuto client clients "
    "klant klanten customer customers kunde cliente new nieuw nieuwe nouveau neuer nouvelle test testing "
    "tester tests dummy demo example voorbeeld exemple sample fake na nvt tbd tbc tba xxx xx x geen aucun none "
    "null nil no not applicable available name naam nom empty leeg vide  particulier particuliere particuliers "
    "private prive privat privaat privepersoon person persoon personne diverse divers diversen various cash "
    "contant comptant kontant walkin passant anonymous anoniem anonyme undefined undef todo delete deleted "
    "verwijderd onbepaald asdf qwerty azerty abc xyz foo bar kein keine sans zonder bepalen determiner "
    "consignee shipper confirmed determined advised announced bevestigen contante "
    "prospect prospects lead leads website webshop webwinkel"
)
# These make a placeholder only together with one: "Pas de nom", "Onbekende afzender", "Test niet gebruiken".
BESIDE_PLACEHOLDERS: Final = _words(
    "te to be a the of de het een le la un une der die das pas niet not do dont use gebruiken verwenden utiliser "
    "verkoop verkopen vente ventes sale sales verkauf online web afzender ontvanger expediteur destinataire "
    "sender receiver leverancier supplier account dossier firma company bedrijf societe contact "
    "record entry data only alleen"
)

# A word more at the end that names another establishment or member of a group, not another spelling.
SETS_APART: Final = _words(
    "north south east west noord zuid oost nord sud est ouest ost nigeria liban lebanon libya ghana togo benin "
    "cameroun cameroon senegal mali niger congo kenya angola guinea guinee gabon tchad chad burkina ivoire "
    "ethiopia tanzania  belgium belgie belgique nederland netherlands holland france frankreich germany "
    "deutschland allemagne luxembourg  luxemburg spain espana italy italia portugal poland polska uk england "
    "ireland usa america canada china india japan  turkey turkiye dubai uae emirates qatar oman kuwait egypt "
    "egypte maroc morocco tunisie algerie africa afrika afrique  asia europe europa benelux international intl "
    "overseas holding holdings group groep groupe invest investments immo  vastgoed properties branch filiaal "
    "filiale succursale depot antwerp antwerpen anvers brussels brussel bruxelles gent  ghent gand liege luik "
    "rotterdam amsterdam hamburg bremen paris lyon marseille london lagos beirut tripoli "
    # A firm beside the firm.
    "leasing lease rental rentals rent verhuur finance financial capital beheer management estate patrimonium "
    "patrimoine participations participaties trading consult consulting academy foundation stichting ventures "
    "development developments "
    # Of one family.
    "jr sr jnr snr junior senior zoon fils pere vader "
    "ii iii iv vi vii viii ix"
)
ROMAN: Final = _words("i ii iii iv v vi vii viii ix x")
# Whoever has one of these in the name is a firm, also without a legal form.
TRADES: Final = _words(
    "transport transports trans cargo shipping logistics logistic logistiek freight forwarding forwarder trading "
    "export import motors motor cars car auto autos automobile automobiles garage trucks truck trucking trailers "
    "construct construction bouw bouwbedrijf bakkerij boulangerie slagerij boucherie restaurant hotel cafe brasserie "
    "apotheek pharmacie consult consulting services service solutions systems interieur interieurs horeca food foods "
    "machinery equipment metal metals steel electro electric elektro elektriciteit technics engineering industries "
    "industrie industry industrial enterprises enterprise entreprise entreprises onderneming firma company co "
    "expeditie expedition spedition lines line maritime marine agency agencies agence customs warehousing storage "
    "handling packaging dakwerken schrijnwerkerij tuinen drukkerij printing studio design media group groep holding "
    "invest immo vastgoed leasing rental universiteit university universite school college hogeschool ziekenhuis "
    "hospital gemeente ministerie ministry embassy ambassade stichting foundation shop store market supplies"
)

STREETS: Final = {
    "avenue": "av", "ave": "av", "boulevard": "bd", "blvd": "bd", "boul": "bd", "chaussee": "ch", "chee": "ch",
    "place": "pl", "plein": "pl", "straat": "str", "strasse": "str", "street": "str", "st": "str", "road": "rd",
    "steenweg": "stw", "stwg": "stw", "steenw": "stw", "laan": "ln", "lane": "ln", "sint": "st", "saint": "st",
    "sainte": "st",
}  # fmt: skip
STREET_ENDINGS: Final = (("straat", "str"), ("strasse", "str"), ("steenweg", "stw"), ("stwg", "stw"), ("laan", "ln"))

CITY_NAMES: Final = _one_of_many(
    "antwerpen anvers antwerp amberes, brussel bruxelles brussels brussell brusel, gent gand ghent, "
    "liege luik luttich, brugge bruges brugg, leuven louvain, mechelen malines mechlin, kortrijk courtrai, "
    "mons bergen, namur namen, tournai doornik, ieper ypres, aalst alost, oostende ostende ostend, "
    "dendermonde termonde, lier lierre, veurne furnes, ronse renaix, tongeren tongres, arlon aarlen, "
    "nivelles nijvel, wavre waver, soignies zinnik, mouscron moeskroen, jodoigne geldenaken, "
    "vilvoorde vilvorde, denhaag thehague lahaye sgravenhage, shertogenbosch denbosch boisleduc, "
    "vlissingen flushing flessingue, lille rijsel, paris parijs, dunkerque duinkerke dunkirk, london londres londen, "
    "koln cologne keulen koeln, aachen aken aixlachapelle, munchen munich muenchen, "
    "frankfurt frankfort francfort frankfurtammain, dusseldorf duesseldorf, hannover hanover, bremen breme, "
    "luxembourg luxemburg, geneve geneva genf, zurich zuerich, basel bale, wien vienna wenen vienne, "
    "milano milan milaan mailand, genova genoa genua genes, torino turin, roma rome rom, venezia venice venetie, "
    "napoli naples, lisboa lisbon lissabon lisbonne, sevilla seville, barcelona barcelone, "
    "warszawa warsaw varsovie warschau, praha prague praag prag, kobenhavn copenhagen kopenhagen copenhague, "
    "goteborg gothenburg, athina athens athene, beirut beyrouth beiroet, tripoli tarabulus, "
    "casablanca dareljelbida, tanger tangier, alger algiers, cairo lecaire alqahirah kairo"
)

FREE_MAIL: Final = _words(
    "gmail.com googlemail.com hotmail.com hotmail.be hotmail.fr hotmail.nl hotmail.de hotmail.co.uk hotmail.it "
    "hotmail.es outlook.com outlook.be outlook.fr outlook.de live.com live.be live.fr live.nl live.co.uk "
    "msn.com yahoo.com yahoo.fr  yahoo.co.uk yahoo.de yahoo.es yahoo.it yahoo.nl ymail.com rocketmail.com "
    "icloud.com me.com mac.com aol.com gmx.com  gmx.de gmx.net gmx.at web.de t-online.de freenet.de mail.com "
    "mail.ru yandex.ru yandex.com qq.com 163.com 126.com  protonmail.com proton.me pm.me zoho.com telenet.be "
    "skynet.be proximus.be belgacom.net scarlet.be pandora.be base.be orange.be voo.be brutele.be "
    "euphonynet.be ziggo.nl kpnmail.nl kpnplanet.nl planet.nl xs4all.nl home.nl  hetnet.nl chello.nl casema.nl "
    "upcmail.nl tele2.nl zonnet.nl quicknet.nl orange.fr wanadoo.fr free.fr sfr.fr laposte.net neuf.fr bbox.fr "
    "numericable.fr libero.it virgilio.it tiscali.it alice.it tin.it btinternet.com sky.com virginmedia.com "
    "ntlworld.com talktalk.net comcast.net verizon.net att.net sbcglobal.net rogers.com bluewin.ch hispeed.ch "
    "telia.com seznam.cz wp.pl o2.pl onet.pl interia.pl sapo.pt terra.es rediffmail.com"
)
# Mailboxes that several people read; a branch or a sister company often has the same.
SHARED_MAILBOXES: Final = _words(
    "info contact sales office mail email admin administratie administration secretariaat secretariat "
    "reception onthaal export import logistics logistiek operations ops shipping forwarding freight transport "
    "booking bookings  planning dispatch customs douane accounting accounts account boekhouding comptabilite "
    "compta buchhaltung facturatie  facturen facturation invoice invoices billing finance finances purchase "
    "inkoop achats einkauf verkoop ventes verkauf  hello hallo bonjour service services support help team "
    "general commercial cars auto garage direction marketing"
)
NOBODYS_MAILBOXES: Final = _words(
    "noreply no-reply donotreply do-not-reply nomail noemail none geen unknown onbekend test dummy example "
    "mailer-daemon postmaster na nvt xxx"
)
NOBODYS_DOMAINS: Final = (
    "example.com",
    "example.org",
    "example.net",
    "test.com",
    "nomail.com",
    "noemail.com",
    "none.com",
)
