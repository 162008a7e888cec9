pub fn shown(number: usize) -> String {
    format!("{} {}", itoa::Buffer::new().format(number), env!("WORDS"))
}
