"""What goes on paper: 借用函, 协议, 交接单, 回执单, each as a page that prints and as PDF, with a QR code to where it is done."""
