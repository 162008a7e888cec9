fn main() {
    println!("cargo:rustc-env=WORDS=words");
    println!("cargo:rerun-if-changed=build.rs");
}
