"""Names of months in the languages of papers, in every case and shortening that dates use.

A name that means two months (listopad: October in Croatian, November in Polish and Czech) stands
in no row, nor does a shortening that any language uses otherwise.
"""

_ROWS = (
    # English, German, Dutch, Scandinavian
    "jan january januar januari jän jänner",
    "feb february februar februari feber febr",
    "mar march märz maerz mrz mär maart mrt mars",
    "apr april",
    "may mai mei maj",
    "jun june juni",
    "jul july juli",
    "aug august augustus augusti",
    "sep sept september",
    "oct october okt oktober",
    "nov november",
    "dec december dez dezember des desember",
    # Spanish, Portuguese, Italian, French, Catalan, Romanian
    "ene enero janeiro gen gennaio janv janvier gener ian ianuarie",
    "febrero fev fevereiro febbraio fév févr février fevr fevrier febrer februarie",
    "marzo março marco març martie",
    "abr abril aprile avr avril aprilie",
    "mayo maio mag maggio maig",
    "junio junho giu giugno juin juny iun iunie",
    "julio julho lug luglio juil juillet juliol iul iulie",
    "ago agosto ago août aout",
    "set setiembre septiembre setembro settembre septembre setembre septembrie",
    "octubre out outubro ott ottobre octobre octombrie",
    "noviembre novembro novembre noiembrie noi",
    "dic diciembre dezembro dicembre déc décembre decembre desembre decembrie",
    # Russian, Ukrainian, Belarusian, Bulgarian, Serbian
    "янв января январь січня січень студзеня яну януари јан јануар јануара",
    "фев февр февраля февраль лютого лютий лютага февруари феб фебруар фебруара",
    "мар марта март березня березень сакавіка",
    "апр апреля апрель квітня квітень красавіка април априла",
    "май мая травня травень мај маја",
    "июн июня июнь червня червень чэрвеня юни јун јуна",
    "июл июля июль липня липень ліпеня юли јул јула",
    "авг августа август серпня серпень жніўня",
    "сен сент сентября сентябрь вересня вересень верасня септември септембар септембра",
    "окт октября октябрь жовтня жовтень кастрычніка октомври октобар октобра",
    "ноя нояб ноября ноябрь листопада листопад лістапада ноември новембар новембра",
    "дек декабря декабрь грудня грудень снежня декември децембар децембра",
    # Polish, Czech, Slovak, Turkish, Azerbaijani, Hungarian, Finnish, Greek, Indonesian
    (
        "stycznia styczeń sty ledna leden januára ocak oca yanvar január tammikuuta tammikuu "
        "ιαν ιανουαρίου"
    ),
    (
        "lutego luty lut února únor februára şubat şub fevral február helmikuuta helmikuu φεβ "
        "φεβρουαρίου pebruari"
    ),
    "marca marzec března březen mart március maaliskuuta maaliskuu μαρ μαρτίου maret",
    (
        "kwietnia kwiecień kwi dubna duben apríla nisan nis aprel április huhtikuuta huhtikuu "
        "απρ απριλίου"
    ),
    "maja května květen mája mayıs május toukokuuta toukokuu μαΐου μαϊου μάιος",
    (
        "czerwca czerwiec cze června červen júna haziran haz iyun június kesäkuuta kesäkuu "
        "ιουν ιουνίου"
    ),
    (
        "lipca lipiec lip července červenec júla temmuz tem iyul július heinäkuuta heinäkuu "
        "ιουλ ιουλίου"
    ),
    (
        "sierpnia sierpień sie srpna srpen augusta ağustos ağu avqust augusztus elokuuta "
        "elokuu αυγ αυγούστου agustus agu"
    ),
    (
        "września wrzesień wrz září septembra eylül eyl sentyabr szeptember syyskuuta syyskuu "
        "σεπ σεπτεμβρίου"
    ),
    (
        "października październik paź října říjen októbra ekim eki oktyabr október lokakuuta "
        "lokakuu οκτ οκτωβρίου"
    ),
    "kasım kas noyabr novembra marraskuuta marraskuu νοε νοεμβρίου nopember",
    (
        "grudnia grudzień gru prosince prosinec aralık ara dekabr decembra joulukuuta "
        "joulukuu δεκ δεκεμβρίου"
    ),
    # Kazakh, Armenian, Georgian, Arabic (both sets), Persian, Hindi
    "қаңтар հունվար հունվարի იანვარი იან يناير ژانویه जनवरी",
    "ақпан փետրվար փետրվարի თებერვალი თებ فبراير شباط فوریه फरवरी फ़रवरी",
    "наурыз մարտ մարտի მარტი მარ مارس آذار मार्च",
    "сәуір ապրիլ ապրիլի აპრილი აპრ أبريل ابريل إبريل نيسان آوریل अप्रैल",
    "мамыр մայիս մայիսի მაისი მაი مايو أيار می मई",
    "маусым հունիս հունիսի ივნისი ივნ يونيو حزيران ژوئن जून",
    "шілде հուլիս հուլիսի ივლისი ივლ يوليو تموز ژوئیه जुलाई",
    "тамыз օգոստոս օգոստոսի აგვისტო აგვ أغسطس اغسطس آب اوت अगस्त",
    "қыркүйек սեպտեմբեր սեպտեմբերի სექტემბერი სექ سبتمبر أيلول سپتامبر सितंबर सितम्बर",
    "қазан հոկտեմբեր հոկտեմբերի ოქტომბერი ოქტ أكتوبر اكتوبر اکتبر अक्टूबर",
    "қараша նոյեմբեր նոյեմբերի ნოემბერი ნოე نوفمبر نوامبر नवंबर नवम्बर",
    "желтоқсан դեկտեմբեր դեկտեմբերի დეკემბერი დეკ ديسمبر دسامبر दिसंबर दिसम्बर",
)

MONTHS = {name: at % 12 + 1 for at, row in enumerate(_ROWS) for name in row.split()}
