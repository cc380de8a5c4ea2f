// Stands for the two style sheets beside it; the build puts their text here.

export const STYLE = "";
export const MARKS = "";
