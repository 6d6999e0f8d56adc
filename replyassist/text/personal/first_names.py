"""Given names common in the Nordic countries and Britain, with those of larger immigrant groups.

A name here is recognised only where a greeting, a sign-off, a word of introduction or a surname supports it.
Compound names ("Anne-Lise", "Karl-Erik") are known by their first part.
"""

from __future__ import annotations

_NORDIC = """
aada aage aapeli aapo aarne aaro aatos aatto aatu abel ada adam adele adelheid adina adrian agathe agaton
agda age agner agnes agneta agnete agot ahmad aila aili aimo aina aini aino aira airi aja aki akseli
alarik alba albert alberte albertine albin aleksander alette alexander alexandra alexis alf alfa alfons
alfred algot alice alicia aliisa alina alisa allan alli ally alma alpo altti alv alva alvar alvilda
alvilde alvin alvina amadeus amalia amalie amanda amandus ambjørg amelia amund ander anders andre andrea
andreas andré andrée ane anelma anette anfinn anita anitta anja anker anlaug ann anna annalise annbjørg
anne annegrethe anneli annelie annelise annemari annemarie annemette annette annfrid anni annie anniina
annika annikki annina annlaug anny ansa anselmi ansgar anssi antero anton antonia antonio antti anu arho
ari ariana ariel arild arimo arja arly armi arne arnfinn arnhild arnljot arnold arnstein arnt arnulf aron
arsi arthur arto arttu artur arve arvi arvid arvild arvo asbjørn asgeir asger aske asko aslak aslaug asser
asta astor astra astri astrid atle atso atte aud audgunn audhild audun august aukusti auli aulis auni
aurora auvo ava aviaja axel axelina ayla balder barbara barbro bart bea beata beate beatrice beatriz beeda
belinda bella bendik benedicte benedikte bengt benita benjamin benny bent bente bergljot berit bernhard
bernt berta bertha bertil bertram bianca bill birger birgir birgit birgitt birgitta birgitte birk birte
birthe bitten bjarke bjarne bjarnhild bjarte bjug björn björne bjørg bjørge bjørgulf bjørk bjørn bjørnar
bjørnhild bo bodil boel borgar borghild borgny boris brede brian brit brita britt britta brittmari bror
bruno brynhild brynjar börje børge børre caja cajsa camilla camille carin carina carita carl carla carlo
carola carolina caroline carsten caspar casper cassandra catharina cato catrin catrine cecilia cecilie
celina celine chanelle charlie charlott charlotta charlotte christa christel christen christer christian
christina christine christoffer christopher cim cissi claes clara claus connie conny conrad cornelia
cornelius curt daavid dag dagfinn dagfrid dagmar dagny dagrun dan dani daniel daniela daniella danne david
dean denise dennis denny diana dick didde didrik dina dines disa ditlev ditte doris dorit dorrit dorte
dorthe dorthea douglas ea ebba ebbe eddie edel edgar edit edith edla edle edvard edvart edvin edwin eea
eelis eemeli eemi eemil eerik eerika eerikki eero eetu eeva eevert egil egon eigil eija eila eilert eili
eilif einar einari eini eino einy eira eirik eirin eivind ejgil ejler ejnar elaine eldar eldbjørg elen
elena elfrid elfrida eli elia eliana elias eliisa elin elina eline eliot elisa elisabet elisabeth elise
elisiv eliza ella elle ellef ellemarie ellen elli ellie ellinoora ellinor elliot ellisiv elly elma elmer
elmeri elmo elna elo elsa else elsebeth elsi elton elva elvi elvin elvira elvy emanuel embla emelie emil
emilia emilie emilio emma emmelie emmely emmi emmy emrik enar endre engla enni enok ensio enya erhardt
erica eriika erik erika erja erkka erkki erland erle erlend erling erna ernesti ernestine ernst esa esben
eske eskil esko espen essi estelle ester esteri esther eva evald eveliina evelina evelyn even evert evind
evy ewa eyvind fabian fanny fatima felicia felix ferdinand fie filip filippa fillip finn finnur flemming
flora folke folmer frank frans fransiska freddy frederik frederikke fredrik fredrika fredrikke frej freja
freya frid frida fride frithiof fritiof fritjof frits fritz frode frøya frøydis gabriel gabriella
gabrielle geir geirmund georg gerd gerda gerhard gerner gerry gert gertrud gina gisela gisle gitta gitte
gjermund gjertrud gjøril glenn gorm gottfrid greger gregor greta grete grethe grim grith gritt gro grunde
gry gudbjørg gudbrand gudmund gudrun gun gunborg gunbritt gunder gunhild gunhilde gunilla gunn gunnar
gunnbjørg gunnel gunner gunnhild gunnlaug gunnstein gunvor guri gurli guro gustaf gustav gustavo gusten
gyda gyrid göran gösta göte götgöran gøran gøril haakon haldis halfdan hallbjørn halldis halldor hallgeir
hallvard halvard halvor hampus hanna hannah hannamari hanne hannele hannes hannibal hannu hans harald
harly harri harriet harry hasse hauk havard hedda hedvig hege heidi heikki heimo heine heini heino helen
helena helene helga helge helje heljä helka hella helle helli helmer helmi helmuth helny heléne hendrik
henna henni henning henny henri henrietta henriette henriikka henrik henry herbert herbjørn herborg herdis
herkko herlaug herluf herman hermod hermund hertta hild hilda hilde hildegunn hilding hildur hilja hilkka
hilla hillevi hilma hilppa hjalmar hjalte hjördis hjørdis holger hugo humble håkan håkon håvar håvard ib
iben ida idar idor idun iida iikka iina iines iippo iiris iisa iisakki iivari ilari ilkka ilma ilmari ilo
ilona ilpo ilse ilta immo impi ina inari ines inga ingalill ingar inge ingebjørg ingeborg ingegerd
ingegärd ingela ingeleiv ingelise ingemar inger ingmar ingolf ingrid ingunn ingvald ingvar ingvard ingvild
ingvor inka inkeri inna ira irene irina iris irja irma irmeli iro isa isaac isabel isabell isabella isak
iselin isko ismo isto ivald ivan ivar ivara iver ivy iwan izabella jaakko jaakoppi jaana jack jacob
jacqueline jakob jalmari jalo jami jan janette jani janika janina janita janna janne janni jannicke jannie
jannik jannike janus jarand jari jarkko jarl jarle jarmo jarno jasmiina jasmin jasper jasu jean jeanett
jeanette jeanne jelva jenna jenni jennie jennifer jenny jens jeppe jere jeremias jerker jerry jesper jesse
jessica jette jill jim jimi jimmi jimmy jo joakim joan joanna joar joel johan johanna johanne johannes
john johnny johs joline jomar jon jonas jonatan jonathan jone joni jonna jonne jonny jonte joona joonas
joonatan joose joosep jooseppi jorma jorunn josef josefin josefina josefine josephine jostein jouko jouni
judit judith juha juhana juhani juho jukka julia julian juliane julie julius juni junior juno juri jussi
justiina justina justus juuli juulia juuso jyri jyrki jytte jöns jörgen jörn jøran jørgen jøril jørn
jørund kaapo kaapro kaare kaarina kaarlo kai kaia kaija kaino kaisa kaisla kaisu kaj kajsa kalervo kalevi
kalle kamilla kanerva karen kari karianne karin karina karita karl karla karoliina karolina karoline
karsten kasimir kaspar kaspara kasper kasperi katarina kate kathrin kathrine kati katinka katja katri
katriina katrine kauko kauno kay keijo keimo keld kennet kenneth kent kerkko kersti kerstin kerttu
kerttuli ketil kevin kian kicki kiia kiira kim kimi kimmo kiril kirsi kirsten kirsti kirstine kitt kitty
kjartan kjell kjellaug kjellfrid kjellrun kjersti kjetil klaara klaes klara klas klaudia klaus klavs knud
knut kolbein kolbjørn konrad konsta konstantin kosti kresten krista kristel kristen krister kristi
kristian kristiina kristin kristina kristine kristofer kristoffer kukka kullervo kurt kustaa kyllikki
kyösti käte käthe kåre kårhild laerke lage lahja laila lara lari lars lasse lassi lauge lauha laura lauri
laurids laurine laurits laust lavrans lea leander leea leena leevi leia leif leikny leila leise leiv
lemmikki lempi lena lene leni lennart lennarth lenni leo leon leona leonard leonora leopold lia liam liina
liinu liinus liisa liisi lilian lilja lilje lill lillan lillemor lilli lillian lillie lilly lina linda
line linea linn linnea linnéa linus lis lisa lisbet lisbeth lise liselott liselotte lissi lissie lissy liv
liva livar livia lizette lizzie ljot loke lola lone lorentz lotta lotte lotus loui louie louis louisa
louise loulou lova love lovis lovisa lovise luca lucas lucca lucia ludvig ludvik lui luka lukas lumi luna
lycke lyder lydia lykke lyydia lyyli låvard lærke maaria maarit mads magda magdalena maggi magna magnar
magne magnhild magnor magnus magny maia maija maiju maiken maikki mailen mailis maini maire maisa maj maja
majbritt majken malcolm malena malene malin malle malte malthe malva malvin manfred manne manta marco
marcus maren margareta margareth margaretha margit margita margot margrete margrethe mari maria mariam
mariana mariann marianna marianne marie mariia marika mariken marina marit marita maritha marius marja
marjaana marjatta marjo marju marjukka marjut mark marke marketta markku marko markus marlene marlon marte
martha marthe marthin martin martine martinus martta martti marttiina marvin mary mateo mathea matheo
mathias mathilda mathilde mathis matias matilda matleena mats matteo matti mattias mattis maud mauno mauri
maurits max maximilian may maya maylen meeri meiju meja melanie melina melissa melker melvin melwin merete
merethe merita merituuli merivuokko merja mervi meta mette mia micael michael michaela michala michelle
micke mie miia miika miikka miisa mika mikael mikaela mikkel mikkeline mikko mila milan milian milja milka
milla mille milo milton mimmi mimosa mina minda minea minja minka minna minttu mira miranda mirella miriam
mirja mirjam mirjami mirka miro mirva miska mitzi moa modolf mogens mohamed molly mona monica monika
monique morten moses munk my märit märta märtha målfrid mårten naja nana nanna nataniel nathalie nathaniel
nea neea neela nelia neliina nella nelli nellie nelly nelma neo nestor nestori nete nette nichlas nicklas
niclas nicolai nicolas nicole nicoline niels niila niilo niina niki nikita niklas niko nikolai nikolaj
nikolas nikoline nils nina njål noa noah noel noelle nohr nola nomi nooa noomi noora nora norunn norvald
norvall nova novalie nuppu nuutti nynne oda oddbjørn oddgeir oddlaug oddleif oddmund oddny oddrun oddvar
oddvin odgeir odin ohto oili oiva oivi okko ola olaf olai olar olau olaug olav olavi ole olea oleanna olga
oline oliver olivia oliwer olle olli olof olov oluf olve omar ommund ona ondrej onerva onni oona orlaug
orvar orvokki oscar oskar oskari osmo ossi ossian osvald otava otelie othilie otilia otso ottar otto oula
outi ove owe paavali paavo palle palmar pamela panu pasi patric patricia patrik paula pauli pauliina
paulina pauline peder peer peetu pehr peik pekka pekko pelle pentti pepi per pernilla pernille pertti
perttu peter petja petra petrea petri petrine petronella petter petteri philip phillip pia pierre pihka
pihla piia pilvi pinja pirita piritta pirjo pirkka pirkko pontus poul povl preben priitta päivi päivikki
päiviö pär pål raafael raakel rachel rafael ragna ragnar ragnfrid ragnhild ragni ragnvald raija raili
raimo raisa raita rakel ralf rami ramona randi randolf randulf ranveig rasmine rasmus rauha rauli rauni
rauno rebecca rebecka rebekka reeta reetta regin regina regitze reidar reidun reidunn reija reijo reima
reine reinhold reino reko remi renate richard rickard rie rigmor riikka riina riitta rikard rikke riku
risto rita ritva roald roar robban robert robin rocky roger rogge roland rolf rolv ronald roni ronja ronny
roope roosa rosa rosalina rosanna rose rosita roy ruben rudi rudolf runa runar rune runi rurik rut ruth
rutt ruusu ruut røskva saaga saana saara saga saija saila saima saimi sakari saku salla sallamari salli
sally sam samantha sami samira samppa samson samu samuel samuli sander sandra sanelma sanna sanne sanni
santeri santtu sara sari saskia satu saul sauli saxo sebastian sebbe seela seija selja selma selmer senja
senni seppo serafiina severi severin sickan sieni sif sigbjørn sigbritt sigfred sigfrid sigga sigge
siglaug sigmund signe signy sigrid sigrun sigrunn sigurd sigvard sigve siina siiri silas silja silje silke
silva silvia silvo simen simo simon simone sindre sine sini sinikka siren siri sirke sirkka sirkku sirpa
siru sisko sisse sissel siv sive sivert sixten sjur skjalg skjold snefrid snorre sofia sofie sofus sohvi
soile soili soini solbjørg solbritt solfrid solgunn solja solve solveig solvej solvig solvor solvår sondre
sonja sonni sonny staffan steen stefan stefania steffen stein steinar steinulf stella stellan sten
stephanie stian stig stina stine storm sture sturla sturle styrkår sulevi sulo sune sunniva suoma susan
susann susanna susanne suvi svanaug svanhild svante svea svein sven svend svenn svenne sverker sverre
sverri sylve sylvelin sylvester sylvi sylvia synne synnøva synnøve synva säde sören sølve sølvi søren
sørine taavetti taavi tage tahvo taika taimi taina taisto taito tallak tamara tanja tapani tapio tarald
tarja tarjei taru tatu tauno tea ted tedde teea teemu teija teijo tellef tellervo tenho teodor teppo
teresa terese terhi terho terje terkel tero tertta terttu tessa thale thea theis thelma theo theodor
theodora therese therkel thilde thit thomas thor thorbjörn thorbjørn thore thorkil thorkild thorleif
thorstein thorsten thorvald thure thyge thyra tia tiia tiina tiitus tiiu tilda tilde tilly tim timi timo
tina tindra tine tinius tinja tintin tiril titti tobbe tobias toini tom tomas tomi tommi tommie tommy tone
toni tonje tonni tonny tony topi topias tor tora toralf toralv torben torbjörn torbjørg torbjørn torborg
tord tore torfinn torfrid torgeir torgny torgrim torgunn torhild toril torill torkel torkil torleif torolf
torstein torsten torsti torunn torvald tova tove trille trine tristan troels tron trond troy trude truls
trygg tryggve trygve tue tuija tuire tuomas tuomo tuovi ture tuukka tuula tuulia tuulikki tuure tuva tyko
tyra tyyne tyyni tønnes uffe ukko ulf ulla ulpu ulrica ulriika ulrik ulrika ulrikke ulv une unelma unn
unna unne unni unto uolevi uoti urban urd urho urpo ursula usko vagn vagner valborg valde valdemar
valentin valma valter valto valtteri vanja vappu varma varpu vaula vebjorn vebjørn veera veeti vega vegar
vegard veijo veikka veikko veini velho veli vemund vendela venla vera verna verner verneri veronica
veronika vertti vesa veskerttu veslemøy vetle vibe vibeke victor victoria vidar vide vidkunn vieno vigdis
vigga viggo vihtori viia viivi vikke viktor viktoria vilda vilde vilgot vilhelm vilhelmiina vilhelmina
vilho vili vilja viljami viljar viljo villads ville villemo villy vilma vilmer vilppu vincent vinjar viola
virpi virve vita vitus viveca viveka vivi vivian vivianne voitto vuokko väinämö väinö vårin walter wenche
werner wiggo wilfred wilgot wilhelm wiljami wille william willy wilma wilmer wilton winnie xander yasin
yasmin ylva ylwa yng yngvar yngve yngvild yrjänä yrjö yrsa yvette yvonne zenia äiva åge åke åsa åse åsgeir
åshild åshilda åslaug åsmund åsta åste åsulv åsvald öjvind örjan östen øivin øivind øjvind ønnik ørjan
ørnulf østen øystein øyunn øyvind øyvor
"""

_BRITISH = """
aaron abigail adelaide aidan aisha alan alana alastair alec alex alexa alexandria alfie alison alistair
alyssa amber amy anastasia andrew andy angel angela angelica angelina annabel annabelle anthony anya april
archie arlo arran ashley aubrey audrey austin barnaby barry beau becky ben benedict bernadette bernard
bert beth bethany betty beverley billy blake bob bobby bonnie bradley brandon brenda brett brianna bridget
bridie bronwyn bruce bryan bryce bryony caitlin callum calum cameron cara carly carmel carol carole
carolyn carter cassie catherine cathy cecil cedric celia ceri chad chantelle charlene charles charmaine
chelsea cheryl chester chloe chris cian ciara cindy claire clare clarence claudia clayton clifford clive
clodagh cody cole colin colleen connor conor cora corey courtney craig crystal curtis cynthia cyril daisy
dale damian damon dana danielle danny daphne darren daryl dave dawn debbie deborah debra declan deirdre
denis derek derrick desmond dexter diane diego dilys dolores dominic dominique don donal donald donna
donovan dora doreen dorothy dougie duane duncan dwayne dylan earl eden edmund edna edward eileen eilidh
eimear eleanor elizabeth elliott elsie elspeth emerson emily emmanuel enid eric erin ernest esme ethan
ethel eugene evan eve ewan faye fergus finlay finley fiona fletcher florence florrie floyd fran frances
francesca francis frankie fraser fred freda freddie frederick gail gareth gary gavin gaz gemma geoff
geoffrey george georgia georgina gerald geraldine gerard germaine gertrude gilbert giles gillian glen
glenda glenys gloria gordie gordon graham greg gregory griffin griselda gus gwen hailey hamish hank harley
harold harriett harrison harvey hattie hazel heather hector hetty hilary holly horace howard hubert hugh
humphrey iain ian ibrahim ike imogen irvin isabelle isla isobel ivor jacinta jackie jackson jade jaden
jaime jake james jamie jane janet janice jared jarrod jasmine jason jay jayden jed jeff jeffrey jemima jen
jeremy jerome jess jessie joanne jocelyn jodie jody joe jools jordan jordana joseph josh joshua josie
joyce juan jude judy juliet june justin kaitlyn kara kat katelyn katherine kathleen kathryn kathy katie
katrina katy kaye kayla kayleigh keeley keira keiron keith kelly kelvin ken kendra kenzie kerry kieran
kimberley kimberly kirk kirstie kirsty kyle kylie lachlan lana larry lauren laurence lauryn lawrence layla
leah leanne lee leigh leonie leroy leslie leticia lewin lewis lexi libby lila lily lindsay lindsey livvy
liz lloyd lois lonnie loretta lorna lorraine lottie lou lucille lucy luis luke lyndon lynn lynne mabel
mable mackenzie maddie madeleine madison maeve maggie mairi maisie mandy mara marc marcel marcia margaret
margery mariah marian marilyn mario marion marissa marjorie martina martyn mason mathew matt matthew maude
maura maureen maurice mavis maxine maxwell mcauley meera meg megan melinda melody mercedes meredith merle
micah mick mickey mike mikey mildred millicent millie milly mimi mitchell moira moll mollie montague
montgomery morgan muriel murray myles myra myrtle nadia nadine nancy naomi nat natalie natasha nathan ned
neil nell nerys nia niall niamh nicholas nick nicky nicola nigel nolan noreen norma norman norris oisin
olive ollie olwen oswald otis owen padraig paige pam pat patrice patrick patsy patti paul pearl peggie
peggy penelope percy perry phil philippa philomena phoebe pippa polly poppy prudence quentin rachael ralph
ralphie ramsay randall randy ray raymond rebekah reece regan reggie reginald reuben rhian rhiannon rhoda
rhona rhonda rhys ricardo richie rick ricky ritchie rob robbie roberta robyn roddy rodney rodrigo roisin
rory rosalie rosalind rosalyn rosamund roscoe roseanne rosemarie rosemary rosie ross roxanne ruairi rufus
rupert russell ryan ryder sabrina sadie saoirse sarah savannah scott seamus sean selena selina serena seth
shane shannon sharon shaun shauna shawn shayne sheena sheila sheridan shirley sian sid sidney sienna
sinead siobhan skye sonia sophia sophie sophy spencer stacey stan stanley stephen steve steven stevie
stewart stewie stu stuart sue summer susie suzanne sybil sydney tabitha talia tamsin tania tanya tara
tasha teddy terence terry tess theodore theresa tiffany timothy toby todd tonya tori tracey tracy travis
trevor tricia trudy tyler una val valerie vanessa vaughan velma vernon vicki vicky vikki vince violet
virginia viv vivien wallace wanda warren wayne wendy wesley whitney wilbur winifred winston yolanda zach
zachary zack zak zara zelda zena zoe
"""

_FURTHER = """
aaliyah aamir abbas abdallah abdelkader abdi abdiaziz abdikadir abdinasir abdirahman abdirizak abdul
abdulaziz abdulkadir abdullah abdullahi abdulqadir abdulrahman abeba abebe abraham abubakar adeel adel
adeola adewale adil adisa adnan aferdita afrah afshin agata agnieszka ahlam ahmed aicha aida aidar aiden
aigul aishwarya aissatou ajay ajit akash akbar akiko akram aksana alaa alban albana aleksandar aleksandr
aleksandra aleksandrs aleksi alem alemayehu alena ales alessandra alessandro alessia alexandru alexei
alfonso alfredo ali alia alicja alireza almaz almir altin alvaro amal aman amanuel amar amela amelie amin
amina aminah aminata amine amir amira amit amjad amna amr ana anand anas andjela andreea andrei andrej
andrii andrius andriy andrzej aneta angelika angelo anh anika anil anisa anjali anjana anjum ankit
annamaria anouk antoine antoni antonina anwar aras arash arben arbnor ardita arian arief arif arjun arman
armando armin arnel arsalan arta artem artiom arturo arun arvin arvydas aryan asad asha ashok ashraf
ashwin asif asim asma asmaa asmir aso astghik asya ata aung aurelia aurelio avni awale awet aya ayaan ayah
ayan ayanle ayat ayesha ayham aylin ayman ayse aytac ayub azad aziz aziza azra babak bahar bahram baki
bakr balint banu baran barham bartosz bashar bashir basil basim batool behnaz behrouz behzad bekim belkis
benedetta beniamin berat berhane beritan berivan bernardo besa besart besnik betul beyza bharat bhavna
bikash bilal birhane bisrat blerim blerta blessing bogdan bogumil bojan bojana borys bozena bozidar
branimir branislav branko bruna burak burhan busra can canan carlos carmen cem cemal cengiz cesar cezary
chandra chaudhry chen chi chiara chidi chinedu chioma christos cihan claudio constantin corina cosmin
cristian cristiano cristina csaba cumali czeslaw daha dalia damir danica daniil danijel danuta dara daria
darius dariush dariusz darko darya davit davud dawit deepak dejan delal demet denisa deniz derya desta
destan devon dhanya dias dilan dilek dilnoza dilshad dimitar dimitra dimitri dimitrios dinesh divya
djamila dmitri dobromir dominik dominika donika dorota dragan dragana driton duc dung dunja duong duy
dzenan ebenezer ebru edin edina edita edmond eduard eduardo edyta efe efrem ehsan ekaterina ela elham elif
elira elmir elnaz elona elvir elzbieta emad eman emanuela emina emine emir emira emrah emre enes enis
enrique enver erdem eren ergin erjon erkan ermias ermir ersin ervin eshan esma esra esteban estera eszter
eugenia eugenio evgenia evgeny eyob eyup fabio fadi fadil fadime fadumo fahad fahim fahima faisal faith
faiza fanta farah farhad farid farida faris faruk farzana fateh fatemah fatemeh fathi fatma fatmir fatos
fatou fatoumata fawad fawzia faysal fazal federica federico felicja fereshteh ferhat ferit fernando feruz
fikret filiz filomena filsan firas flamur florian florin francesco francisco franciszek franjo frederico
fuad gabriela galina ganesh gebre genc genet georgi georgios gergely ghassan ghazal ghulam gianluca
gintaras giorgio giulia gizem goitom gonca gonzalo goran gordana grace grazyna grzegorz guillermo gulay
gulsen gurpreet gyorgy habib habiba habibullah habtom hadi hadija hadiya hafiz hafsa hai haider haile
hakan haki hala halil halima halina hamad hamda hamdi hamdiya hamid hamida hamsa hamza hana hanad hanan
hanane hang hani hania hanieh hao haris harjit haroon harpreet harun hasan haseeb hashem hasnaa hassan
hatice haval hawa hayat haydar hayder hazal hedi helin hemin henok henryk hewan hiba hicham hien hilal
hilmi hind hiroshi hirut hiwa hodan hong hossein houda hrvoje huang huda hung huong huseyin husni hussain
hussam hussein hussien huy iago ibtisam idil idris idriss ifrah iftikhar ignacio igor ikram ikran ilaha
ilham ilhan ilias ilir ilya ilyas imad iman imane imran indira indre ingrida innocent insaf ioana ioannis
ionut iqra irena irfan isabela isha ishak ishaq isidora islam ismail ismet israa istvan ivana ivanka iveta
ivica ivo iwona iyad izabela izzet jaber jabir jacek jadwiga jafar jakub jalal jamaal jamal jamila jana
janez janis janka janusz jaroslav jaroslaw jasim jasmina jasna javad javed javier jawad jaya jelena jerzy
jeton jian jinan jing joana joao joaquin jolanta jolita jordi jorge jose josip jovan jovana jozef julieta
juma jun junaid juozas jurate jurgita kadija kadir kadra kahin kaltrina kamal kamala kamil kamila kamran
karam karim karima karol karolis karwan kasia kasim katarzyna katerina kateryna kaur kaveh kazim kazimierz
kebede kemal kenan kerim kestutis khadar khadija khadra khaled khalid khalida khalif khan khanh khawla
khoa khuong kibrom kidane kinga kiran klea kornelia kostas krishna kristaps kristjan krystyna krzysztof
ksenia kubilay kujtim kumar kushtrim lamija lamin larisa larysa laszlo latif latifa laurentiu lavdim lazar
ledion leonardo leonid leszek levent leyla li liban lidia lien liliana lin linas ling linh liridon
liudmila liza ljiljana ljubica lorena lorenzo luan lubna lucian luciana lucija luisa lukasz lul luljeta
lulu luz lwam lyudmila maciej mahad mahamed maher mahir mahmoud mahnaz mahsa maimouna majda majid maka
maksim maksym malak maleeha malek malgorzata malik malika mamadou manal manar mandeep manjit manoj mansoor
mansour manuel manuela marat marcela marcelo marcin marcos marek margarita mariami mariela marija marijana
marine marisol mariusz marjan marta marwa marwan maryam maryna marzena masood masoud massimo masud matej
mateja mateusz matyas mauro maxim mayada mayra maziar mebrahtu medina mehdi mehmet mehran mekonnen melad
melek meliha melisa memet meral merhawit mersiha mesut meysam michal michele miguel mihaela mihai mihail
mikhail mikolaj milad miladin mile milena milica miljana milos ming minh mirela mirko mirnes miroslav
mirosław mirsad mirza misha mladen mohamad mohammad mohammed mohamoud mohamud mohanad mohsen mojtaba monir
morteza mostafa mouna mousa moussa mubarak muhamed muhammad muhammed muhanad mujahid mukhtar muna munir
munira murad murat musa mushtaq muslim mustafa muzaffer mykhailo mykola mylene nabil nada nadeem nader
nadezhda nadir naeem naghmeh nahid nahla nahom naida naim naima naing najib najma nam namrata narges narin
nasir nasra nasrin nasser nasteha natacha natalia nataliia natalija nataliya natasa nawal nawaz nayla
nazanin nazar nazia nazir neda nedim nedzad neha nejla nenad nermin nermina nesrin nevena ngoc nguyen nhi
nicoleta nihad nihal nikola nikolina nikos nilay nilufar nimo nisha nissrin nizar noor norbert nour noura
nuha nuno nur nura nuray nurhan nurten obaid ognjen oleg oleh oleksandr oleksandra oleksii olena olha
olivera oluwaseun omid omran onur orhan orsolya osama osman osvaldo oumar ovidiu ozan ozge ozlem pablo pal
pamir paola paolo parisa parvaneh parviz parwin patricija patrizia patrycja patryk paulius pavel pavlo
pawel payam pedram pedro pegah pelin peshawa petar petro petros peyman phuong pinar piotr piyush platon
pooja pradeep prakash pranav prasad pratik praveen predrag preeti prem prince priya przemyslaw qais qasim
quang quoc quynh rabia rachid rada radek radhika radoslaw radu rafal rafiq raghad rahel rahim rahima rahma
rahman rahul raimonda raj raja rajan rajesh rajiv rakesh rama ramadan raman ramazan ramin ramiz ramunas
rania ranim ranjit raquel rasa rashed rasheed rashid rashida rasmiya raul ravi rayan razan raziye rebaz
reem refik reham rehana rejhan remzi renas renata rexhep reza rezan rezwan riad riaz rifat rima rinat
rishi riyad rizwan robel roberto rodica rohan rohit rojda rojin rokas roksana romain roman romana romeo
ronak rosario roya roza ruba rubina rukhsana ruslan ruta ruweyda ryszard saad saadia saba sabah sabiha
sabine sabir sabri sadaf sadia sadik sadiq saeed safa safia safiya sagal sahal sahar said saida saif sajad
sajid sajida sakariya salah salam saleh salem saliha salim salma salman salvador salvatore samar samara
sameer samer samia samiha samina samir samiya samuil sana sandeep sandro sanela sanja sanjay santiago
sarbast sardar sarita sarkawt sarmad sasa sasha satish saule saurabh savas sead sebahat sebnem seda sedat
sefa seid seifu selam selamawit selcuk selim selin selvi semih semir semira semra senad senait sepideh
serap serdar sergei sergej sergey sergio serhat serhii serkan seval sevda sevgi sevim sezgin shaban
shabana shabnam shadi shafiq shah shahid shahin shahnaz shahram shahzad shaima shakeel shakir shakira
shamim shamsa shanti sharif sharmarke sharmila shayma sherzad shirin shiva shoaib shohreh shpresa shqipe
shukri shukria sidra sihem simona simret sina sinem sirin sirwan siyad slavica slavko slawomir slobodan
snezana sofiane sofija sohail soheil solomon soma soran soraya sorin souad stanislaw stavros stefano
stefanos stevan stipe stoyan suad subhan suhail suhayb sukaina sulaiman suleiman suleyman sultan sumaya
sumeya suna sundus sunita suraj suresh surya susana suzan suzana svetla svetlana svitlana swati sylwia
szabolcs szymon tadas tadeusz taha taher tahir tahira tahmina talal taleb tamar tamas tamer taras tarek
tareq tarik tariq tatiana tatjana tayyab tekle temesgen tenzin teodora tesfay tesfaye tetiana teuta thanh
thao thi thu thuan thuy tibor tien tigist tijana timur toan tomasz tomislav tong toufik traian trang trinh
trung tsegay tuan tuba tugba tung tuyet tymoteusz ubah ugur ujjwal ulises umaima umair umar umut uros
urszula usha usman uzma vahid vaida valdas valentina valeria valeriia varun vasil vasile vasilis vedad
veselin vesna veton viet vijay vikas vikram viktoriia viktorija vilija vincenzo vineet violeta viorel
vishal vitalii vitaly vivek vlad vladimir vladislav vojislav volodymyr voula vusal vytautas wael wafa wail
wajid walaa waleed waleria wali walid waqas warda warsame wasim wei weronika wieslaw wiktor wiktoria
willem witold wojciech wojtek xhevdet xiao xin xiomara yahya yakub yan yana yang yara yaroslav yasemin
yaser yashar yasir yasmine yasser yen yeshi yiannis yildiz ying ylli yonas yong yordan yosef yousef
youssef yuki yulia yuliia yuliya yun yunus yuri yurii yusra yusuf zafar zaheer zahid zahir zahra zaid zain
zaina zainab zakaria zakariya zakir zamzam zana zaneta zarina zayd zbigniew zdenka zdravko zehra zeina
zeinab zekeriya zelal zeljko zenon zeynep zhen zia ziad zied zina zlata zlatan zlatko zofia zofija zohra
zoltan zoran zoya zubair zubeyda zuhair zuhra zuzana zuzanna zygmunt
"""

_SHORT_FORMS = """
ankan anki anniken baz bennie berra bettan bev bez bosse britten chaz daz deano debs ellis fia gav gilly
gurra henke jape jare jaska jaz jez jocke johnno jompa jorkki kake kape kev kjelle knutte krille lelle
lillis linkan lollo ludde mackan macke maggan mags mape masa maz nettan nicke nige ninni nipa nisse nusse
pena peppe pete repe robbo roffe sepe shaz shazza simppa steffe steini stevo stoffe sussi tane tepa tez
timppa tintti tipi tommo tompa totte trev trish trulte tume ulle veke vellu vexi
"""

_AMBIGUOUS_TEXT = """
edit lage andre max victor sett nett dell don hal vind
adel alba ales alfa aman amber angel anna april are armi aske aud august auli ava bahar bart beau bent
bill birk bjørk blake bo brett brit bror can cara charlotte chase chelsea cole cora crystal dag daisy dale
dan dara dawn dean dick dora drew ea earl ebbe eden eli elle ellie else embla eve even faith fie florence
fran frank fred frej gail gaz georgia gerd gerner grace gro gry gus guy hai haki hang hank hans harley
haval hege heino helle herdis hind hong hope huda hung hussain ib ilma ilo ilta impi inari innocent isa
islam israa ive ivy jade jalo jan jasper jean jerry jo joy june juni juno kai kaino kat kauno kay kirk
kitt kitty klea kukka kyösti lahja lana laust lea lee leia leise lempi levent li lien lila lilje lill lin
ling linn lis liv lone lotus lou loui lova love lui lul lumi luna luz lycke lykke madison magna mai maire
maisa maj marja mark mars may meri mick mie mile mimosa ming minka misha moll muslim my nada nam ned neo
nete nette nola nour nova nuppu oda odd odin oili ona onni otava outi pal pam paris pat pearl peer pelle
pepi per pihka pihla pilvi polly poppy prince raita raj raja ramadan rauha ray regan reima rick rie rita
rocky roni rosa rose ruby runa rune rut ruusu sabah saga salam salla sana satu saul seth sieni sif sine
sini sisko siv skye soile sol soma stein sten stig storm stu sue sulo sultan summer suna suoma suvi säde
tage taika taimi taisto taito taru tea ted tess thor thu tien tim toivo tom tong toni tor trille tuba tue
tung tuuli tyyni ukko ulv una une unelma unn unna unne unto urban urd urho usko vagn val valma vappu varma
vega velho veli vide vieno viet vilja ville violet violeta virginia virve vita viv voitto vuokko wanda wei
will xin yang yen ying yong yun zia
"""
AMBIGUOUS = frozenset(_AMBIGUOUS_TEXT.split())
"""Names that are also everyday words or places in one of the five languages: they need more support."""

FIRST_NAMES = frozenset((_NORDIC + _BRITISH + _FURTHER + _SHORT_FORMS).split()) | AMBIGUOUS
