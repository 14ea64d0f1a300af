// Shortcodes a plan, its people and Slack's own words plausibly use. What is not here stays as typed,
// the way Slack shows a name it does not know.

const TABLE = `
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|negative_squared_cross_mark ❎|heavy_multiplication_x ✖️
large_blue_circle 🔵|blue_circle 🔵|large_yellow_circle 🟡|large_green_circle 🟢|large_orange_circle 🟠|large_purple_circle 🟣
large_brown_circle 🟤|red_circle 🔴|white_circle ⚪|black_circle ⚫|radio_button 🔘|o ⭕
large_blue_square 🟦|large_green_square 🟩|large_yellow_square 🟨|large_orange_square 🟧|large_red_square 🟥|large_purple_square 🟪
white_large_square ⬜|black_large_square ⬛|white_medium_square ◻️|black_medium_square ◼️|white_small_square ▫️|black_small_square ▪️
small_blue_diamond 🔹|large_blue_diamond 🔷|small_orange_diamond 🔸|large_orange_diamond 🔶|diamond_shape_with_a_dot_inside 💠
small_red_triangle 🔺|small_red_triangle_down 🔻|key 🔑|old_key 🗝️|lock 🔒|unlock 🔓|closed_lock_with_key 🔐|lock_with_ink_pen 🔏
warning ⚠️|no_entry ⛔|no_entry_sign 🚫|octagonal_sign 🛑|construction 🚧|rotating_light 🚨|exclamation ❗|grey_exclamation ❕
bangbang ‼️|question ❓|grey_question ❔|interrobang ⁉️|information_source ℹ️|zap ⚡|fire 🔥|boom 💥|sos 🆘
wave 👋|tada 🎉|confetti_ball 🎊|balloon 🎈|partying_face 🥳|clap 👏|raised_hands 🙌|pray 🙏|handshake 🤝|muscle 💪
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|ok_hand 👌|point_right 👉|point_left 👈|point_up 👆|point_up_2 👆|point_down 👇
raised_hand ✋|hand ✋|crossed_fingers 🤞|v ✌️|writing_hand ✍️|eyes 👀|eye 👁️|brain 🧠|speech_balloon 💬|thought_balloon 💭
calendar 📆|date 📅|spiral_calendar_pad 🗓️|calendar_spiral 🗓️|clock1 🕐|clock2 🕑|clock3 🕒|clock4 🕓|clock5 🕔|clock6 🕕|clock7 🕖
clock8 🕗|clock9 🕘|clock10 🕙|clock11 🕚|clock12 🕛|clock930 🕤|alarm_clock ⏰|stopwatch ⏱️|timer_clock ⏲️|watch ⌚
hourglass ⌛|hourglass_flowing_sand ⏳|bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢|zzz 💤|sleeping 😴
arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️|arrow_upper_right ↗️|arrow_lower_right ↘️|arrow_right_hook ↪️
leftwards_arrow_with_hook ↩️|arrows_counterclockwise 🔄|arrows_clockwise 🔃|repeat 🔁|twisted_rightwards_arrows 🔀|rewind ⏪
fast_forward ⏩|arrow_forward ▶️|arrow_backward ◀️|double_vertical_bar ⏸️|black_square_for_stop ⏹️|track_next ⏭️|black_right_pointing_double_triangle_with_vertical_bar ⏭️
heavy_plus_sign ➕|heavy_minus_sign ➖|heavy_division_sign ➗|link 🔗|paperclip 📎|pushpin 📌|round_pushpin 📍|triangular_flag_on_post 🚩
checkered_flag 🏁|white_flag 🏳️|dart 🎯|trophy 🏆|medal 🏅|sports_medal 🏅|star ⭐|star2 🌟|sparkles ✨|rocket 🚀|airplane ✈️|ship 🚢
memo 📝|pencil 📝|pencil2 ✏️|page_facing_up 📄|page_with_curl 📃|bookmark_tabs 📑|clipboard 📋|file_folder 📁|open_file_folder 📂
card_index_dividers 🗂️|scroll 📜|book 📖|books 📚|bookmark 🔖|label 🏷️|newspaper 📰|wastebasket 🗑️|package 📦|inbox_tray 📥
outbox_tray 📤|envelope ✉️|email 📧|e-mail 📧|incoming_envelope 📨|envelope_with_arrow 📩|phone ☎️|telephone_receiver 📞|iphone 📱
computer 💻|desktop_computer 🖥️|keyboard ⌨️|floppy_disk 💾|chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|bar_chart 📊
moneybag 💰|dollar 💵|euro 💶|pound 💷|credit_card 💳|receipt 🧾|bank 🏦|office 🏢|european_castle 🏰|house 🏠|factory 🏭
shield 🛡️|scales ⚖️|briefcase 💼|hammer 🔨|hammer_and_wrench 🛠️|wrench 🔧|gear ⚙️|mag 🔍|mag_right 🔎|bulb 💡|test_tube 🧪|microscope 🔬
bust_in_silhouette 👤|busts_in_silhouette 👥|speaking_head_in_silhouette 🗣️|robot_face 🤖|crown 👑|seedling 🌱|evergreen_tree 🌲
smile 😄|smiley 😃|grinning 😀|slightly_smiling_face 🙂|simple_smile 🙂|blush 😊|wink 😉|joy 😂|sweat_smile 😅|laughing 😆|heart_eyes 😍
thinking_face 🤔|neutral_face 😐|confused 😕|worried 😟|slightly_frowning_face 🙁|disappointed 😞|cry 😢|sob 😭|sweat 😓|scream 😱
sunglasses 😎|upside_down_face 🙃|relieved 😌|exploding_head 🤯|salute 🫡|saluting_face 🫡|see_no_evil 🙈|heart ❤️|green_heart 💚
blue_heart 💙|yellow_heart 💛|purple_heart 💜|100 💯|coffee ☕|pizza 🍕|cake 🍰|beers 🍻|champagne 🍾|clinking_glasses 🥂|sunny ☀️
cloud ☁️|umbrella ☔|snowflake ❄️|rainbow 🌈|earth_africa 🌍|earth_americas 🌎|earth_asia 🌏|globe_with_meridians 🌐|palm_tree 🌴
beach_with_umbrella 🏖️|desert_island 🏝️|face_with_thermometer 🤒|baby 👶|new 🆕|free 🆓|ok 🆗|cool 🆒|up 🆙|id 🆔|soon 🔜|end 🔚|back 🔙|on 🔛|top 🔝
one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|zero 0️⃣|keycap_ten 🔟|hash #️⃣
flag-us 🇺🇸|us 🇺🇸|flag-gb 🇬🇧|gb 🇬🇧|flag-de 🇩🇪|de 🇩🇪|flag-fr 🇫🇷|fr 🇫🇷|flag-es 🇪🇸|es 🇪🇸|flag-it 🇮🇹|it 🇮🇹|flag-jp 🇯🇵|jp 🇯🇵|flag-eu 🇪🇺`;

const EMOJI = new Map(
  TABLE.trim()
    .split(/[\n|]/)
    .map((pair) => pair.trim().split(" ")),
);

/** The character for a shortcode without colons, or null where it is none we know. */
export const emoji = (name) => EMOJI.get(name) ?? null;

/** Replaces each `:shortcode:` it knows and drops skin tones, for plain text. */
export function withEmoji(text) {
  return text
    .replace(/:skin-tone-[2-6]:/g, "")
    .replace(/:([a-z0-9_+'-]+):/g, (whole, name) => emoji(name) ?? whole);
}
